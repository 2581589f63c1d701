using System.Buffers.Text;
using System.Security.Cryptography;
using Platform.Identity;

namespace Platform.Api.Auth.Mfa;

/// <summary>
/// A ticket for the second factor: whose sign-in it continues, and 256 random bits, of which only the SHA-256 is stored. It opens
/// nothing but <c>/auth/login/mfa</c>.
/// </summary>
public sealed record MfaToken(EntityKey User, Guid TicketId, byte[] Secret)
{
    private const string Prefix = "pmf_";
    private const int Length = 16 + 16 + 16 + 32;

    public Digest Hash => Digest.Of(Secret);

    public static MfaToken New(EntityKey user, DateTimeOffset now) => new(user, Guid.CreateVersion7(now), RandomNumberGenerator.GetBytes(32));

    public override string ToString()
    {
        var bytes = new byte[Length];
        User.OrganisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        User.Id.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        TicketId.TryWriteBytes(bytes.AsSpan(32), bigEndian: true, out _);
        Secret.CopyTo(bytes, 48);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    public static MfaToken? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return text.Length == Prefix.Length + 107 && text.StartsWith(Prefix, StringComparison.Ordinal) &&
            Base64Url.TryDecodeFromChars(text.AsSpan(Prefix.Length), bytes, out var length) && length == Length
            ? new MfaToken(
                new EntityKey(new Guid(bytes[..16], bigEndian: true), new Guid(bytes[16..32], bigEndian: true)),
                new Guid(bytes[32..48], bigEndian: true), bytes[48..].ToArray())
            : null;
    }
}
