using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// Seals secrets with AES-256-GCM: version (1 byte), length of the key id (1), key id, nonce (12), ciphertext, tag (16). Version, key
/// id, organisation, entity and purpose are authenticated with it. Store sealed bytes only in a <see cref="SecretTable"/>: a key
/// rotation does not reseal them anywhere else, and they are lost with their key.
/// </summary>
public sealed class SecretBox(SecretKeys keys)
{
    private const byte Version = 1;
    private const int HeadLength = 2;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int MaxPurposeLength = 64;

    /// <summary>Seals a secret with the current key.</summary>
    public byte[] Seal(SecretContext context, ReadOnlySpan<byte> secret)
    {
        var key = keys.Ring.Current;
        var id = Encoding.ASCII.GetBytes(key.Id);
        var sealedBytes = new byte[HeadLength + id.Length + NonceLength + secret.Length + TagLength];
        sealedBytes[0] = Version;
        sealedBytes[1] = (byte)id.Length;
        id.CopyTo(sealedBytes, HeadLength);
        var body = sealedBytes.AsSpan(HeadLength + id.Length);

        // Random, because processes that share a key cannot share a counter. NIST SP 800-38D allows 2^32 random nonces per key, so
        // that the chance of two equal ones stays below 2^-32: a million secrets a day for ten years. A new key starts again.
        var nonce = body[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Value, TagLength);
        aes.Encrypt(nonce, secret, body[NonceLength..^TagLength], body[^TagLength..], AssociatedData(id, context));
        return sealedBytes;
    }

    /// <summary>Opens bytes that were sealed for exactly this context.</summary>
    /// <exception cref="SecretException">The key is missing, the bytes were altered, or they were sealed for another context.</exception>
    public byte[] Open(SecretContext context, ReadOnlySpan<byte> sealedBytes)
    {
        var id = KeyIdBytes(sealedBytes);
        var key = keys.Find(Encoding.ASCII.GetString(id))
            ?? throw new SecretException(
                $"A secret for {context.Purpose} is sealed with the key {KeyId(sealedBytes)}, which this process does not have.");
        var body = sealedBytes[(HeadLength + id.Length)..];
        var secret = new byte[body.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key.Value, TagLength);
        try
        {
            aes.Decrypt(body[..NonceLength], body[NonceLength..^TagLength], body[^TagLength..], secret, AssociatedData(id, context));
            return secret;
        }
        catch (AuthenticationTagMismatchException altered)
        {
            throw new SecretException(
                $"Cannot open a secret for {context.Purpose}: it was altered, or sealed for another organisation, entity or purpose, " +
                $"or the key {key.Id} is not the one that it was sealed with.",
                altered);
        }
    }

    /// <summary>The id of the key that sealed these bytes.</summary>
    public static string KeyId(ReadOnlySpan<byte> sealedBytes) => Encoding.ASCII.GetString(KeyIdBytes(sealedBytes));

    private static ReadOnlySpan<byte> KeyIdBytes(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < HeadLength || sealedBytes[0] != Version ||
            sealedBytes[1] is 0 or > SecretKey.MaxIdLength || sealedBytes.Length < HeadLength + sealedBytes[1] + NonceLength + TagLength)
        {
            throw new SecretException("The bytes are not sealed, or by an unknown version.");
        }

        return sealedBytes.Slice(HeadLength, sealedBytes[1]);
    }

    /// <summary>Each part is preceded by its length, so that different contexts never give the same bytes.</summary>
    private static byte[] AssociatedData(ReadOnlySpan<byte> keyId, SecretContext context)
    {
        ArgumentException.ThrowIfNullOrEmpty(context.Purpose);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context.Purpose.Length, MaxPurposeLength);
        var data = new List<byte>(128);
        Add(data, [Version]);
        Add(data, keyId);
        Add(data, context.OrganisationId.ToByteArray(bigEndian: true));
        Add(data, context.EntityId.ToByteArray(bigEndian: true));
        Add(data, Encoding.UTF8.GetBytes(context.Purpose));
        return [.. data];
    }

    private static void Add(List<byte> data, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        data.AddRange(length);
        data.AddRange(part);
    }
}
