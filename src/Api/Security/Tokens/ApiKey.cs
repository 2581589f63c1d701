using Platform.Identity;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// A key of a service account: account, key id and a secret of 256 random bits. Only the SHA-256 of the secret is stored.
/// </summary>
public sealed record ApiKey(EntityKey Account, Guid Id, byte[] Secret)
{
    public const string Prefix = "pak_";

    public Digest Hash => Digest.Of(Secret);

    public static ApiKey New(EntityKey account, Guid id) => new(account, id, CredentialText.NewSecret());

    /// <summary>The text before the secret, which identifies a leaked key.</summary>
    public static string PublicPart(EntityKey account, Guid id) => CredentialText.Write(Prefix, account, id, []);

    public override string ToString() => CredentialText.Write(Prefix, Account, Id, Secret);

    public static ApiKey? Parse(string text) =>
        CredentialText.Read(Prefix, text) is var (account, id, secret) ? new ApiKey(account, id, secret) : null;
}
