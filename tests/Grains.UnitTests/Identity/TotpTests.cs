using System.Text;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

public sealed class TotpTests
{
    private static readonly byte[] Seed = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void RFC_6238_appendix_B(long seconds, string eightDigits) =>
        Assert.Equal(eightDigits[2..], Totp.CodeAt(Seed, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void V6_5_5_A_code_is_found_one_step_before_and_after_the_current_one(int offset, bool found)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepAt(now) + offset;
        Assert.Equal(found ? step : null, Totp.FindStep(Seed, Totp.CodeAt(Seed, step), now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00592")]
    [InlineData("0059240")]
    [InlineData("00592\u0664")]
    [InlineData("\uD800")]
    public void An_invalid_code_is_not_found(string code) =>
        Assert.Null(Totp.FindStep(Seed, code, DateTimeOffset.FromUnixTimeSeconds(1234567890)));

    [Fact]
    public void A_code_that_two_steps_share_belongs_to_the_later_one()
    {
        var step = 1L;
        while (Totp.CodeAt(Seed, step) != Totp.CodeAt(Seed, step + 1))
        {
            step++;
        }

        var now = DateTimeOffset.FromUnixTimeSeconds(step * Totp.StepSeconds);
        Assert.Equal(step + 1, Totp.FindStep(Seed, Totp.CodeAt(Seed, step), now));
    }

    [Fact]
    public void The_uri_of_a_seed_contains_issuer_and_account()
    {
        var uri = Totp.UriOf(Seed, "My Platform", "ada+x@example.test");
        Assert.StartsWith(
            "otpauth://totp/My%20Platform:ada%2Bx%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&", uri, StringComparison.Ordinal);
        Assert.EndsWith("&issuer=My%20Platform&algorithm=SHA1&digits=6&period=30", uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void RFC_4648_section_10(string text, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));
        var bytes = new byte[text.Length];
        Assert.True(Base32.TryDecode(encoded.ToLowerInvariant(), bytes));
        Assert.Equal(text, Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("MZ", 1)] // Bits beyond the last byte.
    [InlineData("M1", 1)]
    [InlineData("MY=", 1)]
    [InlineData("MY", 2)]
    [InlineData("MY", 0)]
    public void Invalid_base_32_or_another_length_is_refused(string text, int length) =>
        Assert.False(Base32.TryDecode(text, new byte[length]));
}
