using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>A refresh token: which session it is of, and 256 random bits. Only the SHA-256 of those is stored.</summary>
public sealed record RefreshToken(EntityKey User, Guid SessionId, byte[] Secret)
{
    private const string Prefix = "prt_";
    private const int SecretLength = 32;

    public Digest Hash => Digest.Of(Secret);

    public static RefreshToken New(EntityKey user, Guid sessionId) => new(user, sessionId, RandomNumberGenerator.GetBytes(SecretLength));

    public override string ToString()
    {
        var bytes = new byte[48 + SecretLength];
        User.OrganisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        User.Id.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        SessionId.TryWriteBytes(bytes.AsSpan(32), bigEndian: true, out _);
        Secret.CopyTo(bytes, 48);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    public static RefreshToken? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[48 + SecretLength];
        return text.Length == Prefix.Length + 107 && text.StartsWith(Prefix, StringComparison.Ordinal) &&
            Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length), bytes, out _, out var length) == OperationStatus.Done && length == bytes.Length
            ? new RefreshToken(
                new EntityKey(new Guid(bytes[..16], bigEndian: true), new Guid(bytes[16..32], bigEndian: true)),
                new Guid(bytes[32..48], bigEndian: true), bytes[48..].ToArray())
            : null;
    }

    /// <summary>
    /// The secret of the successor, sealed under a key that follows from this token: the store that keeps it cannot read it, and
    /// whoever repeats the request with this token can. The key seals one message, so that the nonce may be fixed.
    /// </summary>
    public byte[] Seal(RefreshToken successor)
    {
        var sealedBytes = new byte[SecretLength + AesGcm.TagByteSizes.MaxSize];
        using var cipher = Cipher();
        cipher.Encrypt(
            stackalloc byte[AesGcm.NonceByteSizes.MaxSize], successor.Secret, sealedBytes.AsSpan(0, SecretLength), sealedBytes.AsSpan(SecretLength));
        return sealedBytes;
    }

    public RefreshToken Unseal(byte[] sealedSuccessor)
    {
        var secret = new byte[SecretLength];
        using var cipher = Cipher();
        cipher.Decrypt(
            stackalloc byte[AesGcm.NonceByteSizes.MaxSize], sealedSuccessor.AsSpan(0, SecretLength), sealedSuccessor.AsSpan(SecretLength), secret);
        return this with { Secret = secret };
    }

    private AesGcm Cipher() => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, info: "platform refresh successor"u8.ToArray()), AesGcm.TagByteSizes.MaxSize);
}
