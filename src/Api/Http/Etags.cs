using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Platform.Api.Http;

/// <summary>Entity tags: the version in quotes. A change with <c>If-Match</c> is refused if the version has changed.</summary>
public static class Etags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Parses the version in If-Match; returns null without the header or for <c>*</c>, which matches any version.</summary>
    public static long? IfMatch(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }

        var text = header.Count == 1 ? header[0].AsSpan().Trim() : default;
        if (text is "*")
        {
            return null;
        }

        if (text.Length > 2 && text[0] == '"' && text[^1] == '"' &&
            long.TryParse(text[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return version;
        }

        throw new ProblemException(
            Problems.Invalid("If-Match", "invalid-if-match",
                "If-Match must be a single entity tag as the API returned it, such as \"3\"."));
    }

    /// <summary>
    /// Whether <c>If-None-Match</c> (RFC 9110 13.1.2) says that the caller already has this version: by a tag in its list, strong or
    /// weak, or by <c>*</c>. A malformed header is ignored.
    /// </summary>
    public static bool IsHeld(HttpRequest request, long version)
    {
        var header = request.Headers.IfNoneMatch;
        if (header.Count == 0 || !EntityTagHeaderValue.TryParseStrictList(header, out var held))
        {
            return false;
        }

        var current = new EntityTagHeaderValue(Of(version));
        return (held is [var only] && only.Equals(EntityTagHeaderValue.Any)) ||
            held.Any(tag => tag.Compare(current, useStrongComparison: false));
    }
}
