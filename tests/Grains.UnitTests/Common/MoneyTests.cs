using System.Text.Json;

namespace Platform.Grains.UnitTests.Common;

public sealed class MoneyTests
{
    private static readonly Currency Usd = Currency.Parse("USD");

    [Theory]
    [InlineData("0", "USD", 0)]
    [InlineData("12.5", "USD", 1250)]
    [InlineData("12.50", "USD", 1250)]
    [InlineData("-0.01", "USD", -1)]
    [InlineData("7", "JPY", 7)]
    [InlineData("1.234", "KWD", 1234)]
    [InlineData("0.0001", "CLF", 1)]
    [InlineData("92233720368547758.07", "USD", long.MaxValue)]
    public void A_decimal_string_is_parsed_exactly(string text, string currency, long minor)
    {
        Assert.True(Money.TryParse(text, Currency.Parse(currency), out var money));
        Assert.Equal(minor, money.Minor);
    }

    [Theory]
    [InlineData("12.505", "USD")]
    [InlineData("1.0", "JPY")]
    [InlineData("1e3", "USD")]
    [InlineData("1,000", "USD")]
    [InlineData(" 1", "USD")]
    [InlineData("+1", "USD")]
    [InlineData("--1", "USD")]
    [InlineData(".5", "USD")]
    [InlineData("5.", "USD")]
    [InlineData("", "USD")]
    [InlineData("-", "USD")]
    [InlineData("١٢", "USD")]
    [InlineData("NaN", "USD")]
    [InlineData("0x10", "USD")]
    [InlineData("92233720368547758.08", "USD")]
    [InlineData("99999999999999999999999", "USD")]
    public void Anything_else_is_refused(string text, string currency) =>
        Assert.False(Money.TryParse(text, Currency.Parse(currency), out _));

    [Theory]
    [InlineData("92233720368547758.08", DecimalFault.OutOfRange)]
    [InlineData("99999999999999999999999", DecimalFault.OutOfRange)]
    [InlineData("99999999999999999999999999999999999999.99", DecimalFault.OutOfRange)]
    [InlineData("-99999999999999999999999999999999999999", DecimalFault.OutOfRange)]
    [InlineData("99999999999999999999999999999999999999.999", DecimalFault.TooManyDigits)]
    [InlineData("00000000000000000000000001", DecimalFault.None)]
    [InlineData("1e3", DecimalFault.Malformed)]
    [InlineData("1.001", DecimalFault.TooManyDigits)]
    [InlineData("92233720368547758.07", DecimalFault.None)]
    public void An_amount_out_of_range_is_distinguished_from_an_invalid_one(string text, DecimalFault fault) =>
        Assert.Equal(fault, Money.Read(text, Currency.Parse("USD"), out _));

    [Theory]
    [InlineData(0, "USD", "0.00")]
    [InlineData(5, "USD", "0.05")]
    [InlineData(-5, "USD", "-0.05")]
    [InlineData(1250, "USD", "12.50")]
    [InlineData(7, "JPY", "7")]
    [InlineData(long.MinValue, "KWD", "-9223372036854775.808")]
    public void The_text_has_exactly_the_digits_of_the_currency(long minor, string currency, string text) =>
        Assert.Equal(text, new Money(minor, Currency.Parse(currency)).ToDecimalString());

    [Fact]
    public void Text_and_minor_units_are_inverse_for_random_amounts()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var currency = Currency.Parse(new[] { "JPY", "USD", "KWD", "CLF" }[i % 4]);
            var money = new Money(random.NextInt64(long.MinValue + 1, long.MaxValue), currency);
            Assert.True(Money.TryParse(money.ToDecimalString(), currency, out var read));
            Assert.Equal(money, read);
        }
    }

    [Fact]
    public void Overflow_throws_and_never_wraps()
    {
        var most = new Money(long.MaxValue, Usd);
        Assert.Throws<OverflowException>(() => most + new Money(1, Usd));
        Assert.Throws<OverflowException>(() => most * 2);
        Assert.Throws<OverflowException>(() => new Money(long.MinValue, Usd) - new Money(1, Usd));
    }

    [Fact]
    public void Currencies_do_not_mix()
    {
        var euro = new Money(1, Currency.Parse("EUR"));
        Assert.Throws<InvalidOperationException>(() => euro + new Money(1, Usd));
        Assert.Throws<InvalidOperationException>(() => euro < new Money(1, Usd));
    }

    [Theory]
    [InlineData("""{"amount":12.5,"currency":"USD"}""")]
    [InlineData("""{"amount":"12.5"}""")]
    [InlineData("""{"currency":"USD"}""")]
    [InlineData("""{"amount":"12.5","currency":"usd"}""")]
    [InlineData("""{"amount":"12.5","currency":"XXX"}""")]
    [InlineData("""{"amount":"12.5","currency":"USD","x":"1"}""")]
    [InlineData("""{"amount":"12.5","amount":"1","currency":"USD"}""")]
    [InlineData("12.5")]
    [InlineData("null")]
    [InlineData("""["12.5","USD"]""")]
    public void Json_that_is_not_two_strings_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Money>(json));

    [Fact]
    public void Json_contains_strings() =>
        Assert.Equal("""{"amount":"12.50","currency":"USD"}""", JsonSerializer.Serialize(new Money(1250, Usd)));
}
