using Platform.Api.Security.Tokens;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>
/// A ticket for the second factor: the user who signs in, and 256 random bits, of which only the SHA-256 is stored. It is valid only
/// for <c>/auth/login/mfa</c>.
/// </summary>
public sealed record MfaToken(EntityKey User, Guid TicketId, byte[] Secret)
{
    private const string Prefix = "pmf_";

    public Digest Hash => Digest.Of(Secret);

    public static MfaToken New(EntityKey user, DateTimeOffset now) => new(user, Guid.CreateVersion7(now), CredentialText.NewSecret());

    public override string ToString() => CredentialText.Write(Prefix, User, TicketId, Secret);

    public static MfaToken? Parse(string text) =>
        CredentialText.Read(Prefix, text) is var (user, ticket, secret) ? new MfaToken(user, ticket, secret) : null;
}
