using System.Globalization;

namespace Platform.Api.Http;

/// <summary>Entity tags are the version in quotes; a change with <c>If-Match</c> is refused when the version moved on.</summary>
public static class Etags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that the caller saw; null without the header or for <c>*</c>, which any version meets.</summary>
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

        throw new ProblemException(Problems.Invalid("If-Match", "invalid-if-match", "If-Match is one entity tag as it was sent, such as \"3\"."));
    }

    /// <summary>Whether the caller holds this version already (<c>If-None-Match</c>).</summary>
    public static bool IsHeld(HttpContext http, long version) => http.Request.Headers.IfNoneMatch.Contains(Of(version));
}
