using System.Security.Cryptography;
using Platform.Api.Security.Tokens;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>A refresh token: which session it is of, and 256 random bits. Only the SHA-256 of those is stored.</summary>
public sealed record RefreshToken(EntityKey User, Guid SessionId, byte[] Secret)
{
    private const string Prefix = "prt_";

    public Digest Hash => Digest.Of(Secret);

    public static RefreshToken New(EntityKey user, Guid sessionId) => new(user, sessionId, CredentialText.NewSecret());

    public override string ToString() => CredentialText.Write(Prefix, User, SessionId, Secret);

    public static RefreshToken? Parse(string text) =>
        CredentialText.Read(Prefix, text) is var (user, session, secret) ? new RefreshToken(user, session, secret) : null;

    /// <summary>
    /// The secret of the successor, sealed under a key that follows from this token: the store that keeps it cannot read it, and
    /// whoever repeats the request with this token can. The key seals one message, so that the nonce may be fixed.
    /// </summary>
    public byte[] Seal(RefreshToken successor)
    {
        var sealedBytes = new byte[CredentialText.SecretLength + AesGcm.TagByteSizes.MaxSize];
        using var cipher = Cipher();
        cipher.Encrypt(
            stackalloc byte[AesGcm.NonceByteSizes.MaxSize], successor.Secret, sealedBytes.AsSpan(0, CredentialText.SecretLength), sealedBytes.AsSpan(CredentialText.SecretLength));
        return sealedBytes;
    }

    public RefreshToken Unseal(byte[] sealedSuccessor)
    {
        var secret = new byte[CredentialText.SecretLength];
        using var cipher = Cipher();
        cipher.Decrypt(
            stackalloc byte[AesGcm.NonceByteSizes.MaxSize], sealedSuccessor.AsSpan(0, CredentialText.SecretLength), sealedSuccessor.AsSpan(CredentialText.SecretLength), secret);
        return this with { Secret = secret };
    }

    private AesGcm Cipher() => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, info: "platform refresh successor"u8.ToArray()), AesGcm.TagByteSizes.MaxSize);
}
