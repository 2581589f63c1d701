using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Auth;

/// <summary>
/// Values that a client carries between two requests without reading or changing them, and that every process of the platform
/// can open. Each is sealed for a purpose and opens for no other.
/// </summary>
public sealed class Sealing(SigningKeys keys)
{
    private const int MaxLength = 3500; // Fits a cookie.
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public string Seal<T>(string purpose, T value)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(value);
        var box = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var cipher = Cipher();
        cipher.Encrypt(
            box.AsSpan(0, NonceSize), plain, box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return Base64Url.EncodeToString(box);
    }

    /// <summary>The value; null where the text was not sealed here for this purpose.</summary>
    public T? Open<T>(string purpose, string? text)
        where T : class
    {
        if (text is null or { Length: > MaxLength } || !Base64Url.IsValid(text, out var size) || size <= NonceSize + TagSize)
        {
            return null;
        }

        var box = Base64Url.DecodeFromChars(text);
        var plain = new byte[box.Length - NonceSize - TagSize];
        try
        {
            using var cipher = Cipher();
            cipher.Decrypt(box.AsSpan(0, NonceSize), box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), plain, Encoding.UTF8.GetBytes(purpose));
            return JsonSerializer.Deserialize<T>(plain);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private AesGcm Cipher()
    {
        var key = keys.Current.Key;
        byte[] secret;
        lock (key)
        {
            secret = key.ExportPkcs8PrivateKey();
        }

        return new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "platform sealing"u8.ToArray()), TagSize);
    }
}
