using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Identity;

/// <summary>
/// One-time codes by time (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds; what every authenticator app knows. Pure.
/// </summary>
public static class Totp
{
    public const int SeedLength = 20;
    public const int Digits = 6;
    public const int StepSeconds = 30;

    /// <summary>How many steps before and after the present one are accepted: a clock may be off, and typing takes time.</summary>
    public const int Skew = 1;

    public static long StepAt(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The last six of the eight digits that RFC 6238 shows in its appendix B are the six that are asked for here.</summary>
    public static string CodeAt(ReadOnlySpan<byte> seed, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The standard and the apps say SHA-1; HMAC does not depend on its resistance to collisions.
        HMACSHA1.HashData(seed, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The latest step within the skew whose code this is; null where it is none. Takes the same time whatever the code is. The
    /// latest, because a code that two steps share must be spent for both.
    /// </summary>
    public static long? FindStep(ReadOnlySpan<byte> seed, string code, DateTimeOffset now)
    {
        var given = Encoding.UTF8.GetBytes(code);
        var present = StepAt(now);
        long? found = null;
        for (var step = present - Skew; step <= present + Skew; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeAt(seed, step)), given))
            {
                found = step;
            }
        }

        return found;
    }

    /// <summary>What authenticator apps read as a QR code.</summary>
    public static string UriOf(ReadOnlySpan<byte> seed, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={Base32.Encode(seed)}" +
        $"&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
}
