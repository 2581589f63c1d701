using Microsoft.Extensions.Primitives;
using Platform.Api.Http;
using Platform.Api.Security.Tokens;

namespace Platform.Api.Security;

/// <summary>The operation that a request is, from its <c>Idempotency-Key</c> within organisation and resource.</summary>
public readonly record struct Operation(OperationId Id, bool Keyed, DateTimeOffset At)
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 128;

    /// <summary>
    /// An id that every repetition of a keyed request derives again. Its instant part is the epoch then, because the instant
    /// of the first request is not known to the second.
    /// </summary>
    public Guid NewId(int ordinal = 0) => Id.NewId(Keyed ? DateTimeOffset.UnixEpoch : At, ordinal);

    /// <summary>
    /// The operation of this request. Scope names the resource in one spelling, so that two spellings of an address are one.
    /// Throws a problem where the key is invalid, or missing although <paramref name="required"/>.
    /// </summary>
    public static Operation Of(HttpContext http, Guid organisationId, string scope, Guid resource, TimeProvider time, bool required)
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0)
        {
            return required
                ? throw new ProblemException(Problems.Invalid(Header, "idempotency-key-required", "This request moves money and needs an Idempotency-Key."))
                : new Operation(OperationId.Fresh(time), false, time.GetUtcNow());
        }

        var key = KeyOf(header);
        return new Operation(OperationId.FromKey($"{organisationId:N}/{scope}/{resource:N}", key), true, time.GetUtcNow());
    }

    /// <summary>For a request whose outcome is not kept, because it says something once: its key, if any, is checked all the same.</summary>
    public static void RequireValidKey(HttpContext http)
    {
        if (http.Request.Headers[Header] is { Count: > 0 } header)
        {
            _ = KeyOf(header);
        }
    }

    private static string KeyOf(StringValues header)
    {
        var key = header.Count == 1 ? header[0] ?? "" : "";
        return key.Length is 0 or > MaxLength || key.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0
            ? throw new ProblemException(Problems.Invalid(
                Header, "invalid-idempotency-key", "An Idempotency-Key has 1 to 128 printable ASCII characters and stands once."))
            : key;
    }

    /// <summary>
    /// As <see cref="Of"/>, for a signed-in caller, as the context of a command. Where money moves it says nothing of the
    /// request unless the movement is audited: the ledger names the actor, and nobody else pays for what only the audit log reads.
    /// </summary>
    public static CommandContext Context(
        HttpContext http, SignedIn caller, string scope, Guid resource, TimeProvider time, bool required, bool audited = false) => new(
        caller.OrganisationId, caller.UserId, Of(http, caller.OrganisationId, scope, resource, time, required).Id,
        required && !audited ? null : RequestOrigin.Of(http));
}
