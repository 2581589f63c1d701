using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// The text of a credential that is handed out once: a prefix that tells what it is, whose and which one, and 256 random bits. There
/// is one text for one credential: what would not have been written is none, whatever it holds.
/// </summary>
internal static class CredentialText
{
    public const int SecretLength = 32;
    private const int PublicLength = 48;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    /// <summary>The text; up to the secret where that is empty.</summary>
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

    /// <summary>Whether the text holds exactly so many bytes. Decoding by status: the other methods throw where a character is no base64url.</summary>
    public static bool TryDecode(string prefix, string text, Span<byte> bytes) =>
        text.Length == prefix.Length + Base64Url.GetEncodedLength(bytes.Length) && text.StartsWith(prefix, StringComparison.Ordinal) &&
        Base64Url.DecodeFromChars(text.AsSpan(prefix.Length), bytes, out _, out var length) == OperationStatus.Done && length == bytes.Length &&
        Encode(prefix, bytes) == text;

    public static void Write(EntityKey key, Span<byte> bytes)
    {
        key.OrganisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        key.Id.TryWriteBytes(bytes[16..], bigEndian: true, out _);
    }

    public static EntityKey ReadKey(ReadOnlySpan<byte> bytes) => new(new Guid(bytes[..16], bigEndian: true), new Guid(bytes[16..32], bigEndian: true));
}
