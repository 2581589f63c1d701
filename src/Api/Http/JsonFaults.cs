using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Api.Http;

/// <summary>Turns JSON errors into problems with a code and a pointer, without .NET type names.</summary>
public static partial class JsonFaults
{
    public static Problem ProblemOf(JsonException exception)
    {
        // The tokenizer's exception is internal, and the serializer wraps it.
        if (exception.InnerException is JsonException || exception.GetType() != typeof(JsonException) || exception.Path is null)
        {
            return new Problem(400, "malformed-json", "The body must be one valid JSON document.");
        }

        var pointer = PointerOf(exception.Path);
        var message = exception.Message;
        if (message.Contains("missing required", StringComparison.Ordinal))
        {
            var missing = QuotedNames().Matches(message[message.IndexOf("including", StringComparison.Ordinal)..]);
            return Problems.Invalid(
                [.. missing.Select(name => new FieldError($"{pointer}/{name.Groups[1].Value}", "required", "This field is required."))]);
        }

        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            var name = QuotedNames().Match(message).Groups[1].Value;
            var at = pointer.EndsWith("/" + Escape(name), StringComparison.Ordinal) ? pointer : $"{pointer}/{Escape(name)}";
            return Problems.Invalid(at, "unknown-field", "Unknown field.");
        }

        if (message.StartsWith("Duplicate property", StringComparison.Ordinal))
        {
            return Problems.Invalid(pointer, "duplicate-field", "Specify this field only once.");
        }

        if (message.Contains("doesn't allow setting it to null", StringComparison.Ordinal) ||
            message.Contains("allow null", StringComparison.Ordinal))
        {
            return Problems.Invalid(pointer, "required", "This field must not be null.");
        }

        if (exception.Data[MoneyJsonConverter.Member] is string member)
        {
            return Problems.Invalid($"{pointer}/{Escape(member)}", member == "currency" ? "invalid-currency" : "invalid-amount", message);
        }

        // Messages of our own converters are safe to return; those of the serializer name .NET types.
        return message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ||
            message.Contains("Path: $", StringComparison.Ordinal)
            ? Problems.Invalid(pointer, "wrong-type", "The value has the wrong type.")
            : Problems.Invalid(pointer, CodeOf(pointer), message);
    }

    /// <summary>
    /// Converts a JSON path to a JSON pointer (RFC 6901), for paths such as <c>$.unitPrices[0].amount</c> or <c>$['a.b']</c>.
    /// </summary>
    public static string PointerOf(string path)
    {
        var pointer = new StringBuilder();
        var rest = path.AsSpan(1);
        while (!rest.IsEmpty)
        {
            string segment;
            if (rest.StartsWith("['"))
            {
                var end = rest.IndexOf("']");
                end = end < 0 ? rest.Length - 2 : end;
                segment = rest[2..end].ToString();
                rest = rest[Math.Min(end + 2, rest.Length)..];
            }
            else if (rest[0] == '[')
            {
                var end = rest.IndexOf(']');
                segment = rest[1..end].ToString();
                rest = rest[(end + 1)..];
            }
            else
            {
                rest = rest[1..];
                var end = rest.IndexOfAny('.', '[');
                end = end < 0 ? rest.Length : end;
                segment = rest[..end].ToString();
                rest = rest[end..];
            }

            pointer.Append('/').Append(Escape(segment));
        }

        return pointer.ToString();
    }

    private static string CodeOf(string pointer) =>
        pointer.EndsWith("/amount", StringComparison.Ordinal) ? "invalid-amount"
        : pointer.EndsWith("/quantity", StringComparison.Ordinal) ? "invalid-quantity"
        : "invalid-value";

    private static string Escape(string segment) =>
        segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedNames();
}
