using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>The header by which a client says that a request repeats an earlier one.</summary>
public static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 128;

    /// <summary>The key; null if there is none. Throws a problem if it is invalid, or missing although the request must have one.</summary>
    public static string? Of(HttpContext http, bool required)
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0)
        {
            return required
                ? throw new ProblemException(Problems.Invalid(
                    Header, "idempotency-key-required", "This request moves money and needs an Idempotency-Key."))
                : null;
        }

        var key = header.Count == 1 ? header[0] ?? "" : "";
        return key.Length is 0 or > MaxLength || key.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0
            ? throw new ProblemException(Problems.Invalid(
                Header, "invalid-idempotency-key", "An Idempotency-Key has 1 to 128 printable ASCII characters and stands once."))
            : key;
    }

    /// <summary>For a request whose outcome is not kept, because it says something once: an invalid key is refused all the same.</summary>
    public static void Check(HttpContext http) => _ = Of(http, required: false);
}
