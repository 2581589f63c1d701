using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>A key of a service account: whose, which one, and 256 random bits. Only the SHA-256 of those is stored.</summary>
public sealed record ApiKey(EntityKey Account, Guid Id, byte[] Secret)
{
    public const string Prefix = "pak_";
    private const int SecretLength = 32;
    private const int PublicLength = 48;
    private const int TextLength = 107;

    public Digest Hash => Digest.Of(Secret);

    public static ApiKey New(EntityKey account, Guid id) => new(account, id, RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>The text in front of the secret, by which a key that leaked is recognised.</summary>
    public static string PublicPart(EntityKey account, Guid id) => new ApiKey(account, id, []).ToString();

    public override string ToString()
    {
        var bytes = new byte[PublicLength + Secret.Length];
        Account.OrganisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        Account.Id.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        Id.TryWriteBytes(bytes.AsSpan(32), bigEndian: true, out _);
        Secret.CopyTo(bytes, PublicLength);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null where the text is not exactly one that <see cref="ToString"/> writes.</summary>
    public static ApiKey? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[PublicLength + SecretLength];
        if (text.Length != Prefix.Length + TextLength || !text.StartsWith(Prefix, StringComparison.Ordinal) ||
            Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length), bytes, out _, out var length) != OperationStatus.Done || length != bytes.Length)
        {
            return null;
        }

        var key = new ApiKey(
            new EntityKey(new Guid(bytes[..16], bigEndian: true), new Guid(bytes[16..32], bigEndian: true)),
            new Guid(bytes[32..PublicLength], bigEndian: true), bytes[PublicLength..].ToArray());
        return key.ToString() == text ? key : null;
    }
}
