using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// The text of a credential that is shown once: a prefix for its kind, its owner, its id and 256 random bits. Each credential has exactly
/// one text; any other encoding of the same bytes is refused.
/// </summary>
internal static class CredentialText
{
    public const int SecretLength = 32;
    private const int PublicLength = 48;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    /// <summary>Formats a credential; with an empty secret, only the part before it.</summary>
    public static string Write(string prefix, EntityKey owner, Guid id, ReadOnlySpan<byte> secret)
    {
        Span<byte> bytes = stackalloc byte[PublicLength + secret.Length];
        Write(owner, bytes);
        id.TryWriteBytes(bytes[32..], bigEndian: true, out _);
        secret.CopyTo(bytes[PublicLength..]);
        return Encode(prefix, bytes);
    }

    public static (EntityKey Owner, Guid Id, byte[] Secret)? Read(string prefix, string text)
    {
        Span<byte> bytes = stackalloc byte[PublicLength + SecretLength];
        return TryDecode(prefix, text, bytes)
            ? (ReadKey(bytes), new Guid(bytes[32..PublicLength], bigEndian: true), bytes[PublicLength..].ToArray())
            : null;
    }

    public static string Encode(string prefix, ReadOnlySpan<byte> bytes) => prefix + Base64Url.EncodeToString(bytes);

    /// <summary>
    /// Decodes exactly as many bytes as the buffer has. Uses the status overload, because others throw on invalid characters.
    /// </summary>
    public static bool TryDecode(string prefix, string text, Span<byte> bytes) =>
        text.Length == prefix.Length + Base64Url.GetEncodedLength(bytes.Length) && text.StartsWith(prefix, StringComparison.Ordinal) &&
        Base64Url.DecodeFromChars(text.AsSpan(prefix.Length), bytes, out _, out var length) == OperationStatus.Done &&
        length == bytes.Length &&
        Encode(prefix, bytes) == text;

    public static void Write(EntityKey key, Span<byte> bytes)
    {
        key.OrganisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        key.Id.TryWriteBytes(bytes[16..], bigEndian: true, out _);
    }

    public static EntityKey ReadKey(ReadOnlySpan<byte> bytes) =>
        new(new Guid(bytes[..16], bigEndian: true), new Guid(bytes[16..32], bigEndian: true));
}
