using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>Parses the Idempotency-Key header, which marks a request as a repeat of an earlier one.</summary>
public static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 128;

    /// <summary>
    /// Returns the key, or null if there is none. Throws ProblemException if it is invalid, or missing although required.
    /// </summary>
    public static string? Of(HttpContext http, bool required)
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0)
        {
            return required
                ? throw new ProblemException(Problems.Invalid(
                    Header, "idempotency-key-required", "This request moves money and requires an Idempotency-Key."))
                : null;
        }

        var key = header.Count == 1 ? header[0] ?? "" : "";
        return key.Length is 0 or > MaxLength || key.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0
            ? throw new ProblemException(Problems.Invalid(
                Header, "invalid-idempotency-key", "Send one Idempotency-Key of 1 to 128 printable ASCII characters."))
            : key;
    }

    /// <summary>For a request whose answer is shown once and not stored: still refuses an invalid key.</summary>
    public static void Check(HttpContext http) => _ = Of(http, required: false);
}
