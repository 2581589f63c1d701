using System.Security.Cryptography;
using Platform.Api.Security.Tokens;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>A refresh token: its session, and 256 random bits, of which only the SHA-256 is stored.</summary>
public sealed record RefreshToken(EntityKey User, Guid SessionId, byte[] Secret)
{
    private const string Prefix = "prt_";

    public Digest Hash => Digest.Of(Secret);

    public static RefreshToken New(EntityKey user, Guid sessionId) => new(user, sessionId, CredentialText.NewSecret());

    public override string ToString() => CredentialText.Write(Prefix, User, SessionId, Secret);

    public static RefreshToken? Parse(string text) =>
        CredentialText.Read(Prefix, text) is var (user, session, secret) ? new RefreshToken(user, session, secret) : null;

    /// <summary>
    /// Encrypts the successor's secret under a key derived from this token: the store cannot read it, but a client that repeats the
    /// request with this token can. The key encrypts only one message, so the nonce can be fixed.
    /// </summary>
    public byte[] Seal(RefreshToken successor)
    {
        var sealedBytes = new byte[CredentialText.SecretLength + AesGcm.TagByteSizes.MaxSize];
        using var cipher = Cipher();
        cipher.Encrypt(
            stackalloc byte[AesGcm.NonceByteSizes.MaxSize], successor.Secret,
            sealedBytes.AsSpan(0, CredentialText.SecretLength), sealedBytes.AsSpan(CredentialText.SecretLength));
        return sealedBytes;
    }

    public RefreshToken Unseal(byte[] sealedSuccessor)
    {
        var secret = new byte[CredentialText.SecretLength];
        using var cipher = Cipher();
        cipher.Decrypt(
            stackalloc byte[AesGcm.NonceByteSizes.MaxSize],
            sealedSuccessor.AsSpan(0, CredentialText.SecretLength), sealedSuccessor.AsSpan(CredentialText.SecretLength), secret);
        return this with { Secret = secret };
    }

    private AesGcm Cipher() => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, info: "platform refresh successor"u8.ToArray()), AesGcm.TagByteSizes.MaxSize);
}
