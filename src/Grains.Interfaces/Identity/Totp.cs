using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Identity;

/// <summary>
/// Time-based one-time codes (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds, as every authenticator app supports.
/// </summary>
public static class Totp
{
    public const int SeedLength = 20;
    public const int Digits = 6;
    public const int StepSeconds = 30;

    /// <summary>How many steps before and after the current one are accepted, because clocks differ and typing takes time.</summary>
    public const int Skew = 1;

    public static long StepAt(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The six digits of a step: the last six of the eight digits in the test vectors of RFC 6238, appendix B.</summary>
    public static string CodeAt(ReadOnlySpan<byte> seed, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The standard and the apps require SHA-1; HMAC does not need collision resistance.
        HMACSHA1.HashData(seed, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Returns the latest step within the skew that has this code, or null, in constant time. The latest, because a code that two steps
    /// share must be used up for both.
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

    /// <summary>The URI that authenticator apps scan as a QR code.</summary>
    public static string UriOf(ReadOnlySpan<byte> seed, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={Base32.Encode(seed)}" +
        $"&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
}
