using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Platform.Activities;
using Platform.Grains.Activities;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>Prices below a minor unit and fractional quantities, compared with unbounded arithmetic.</summary>
public sealed class ExactCostTests
{
    private static readonly Gen<Currency> Currencies = Gen.Elements("JPY", "USD", "KWD", "CLF").Select(Currency.Parse);

    private static readonly Gen<long> Longs = from high in Gen.Choose(0, int.MaxValue) from low in Gen.Choose(
        0, int.MaxValue) select ((long)high << 31) | (long)low;

    private static readonly Gen<UnitPrice> Prices =
        from currency in Currencies
        from minor in Gen.OneOf(Gen.Choose(0, 5).Select(minor => (long)minor), Longs.Select(minor => minor % UnitPrice.MaxMinor))
        from fraction in Longs
        select new UnitPrice(minor, currency, fraction % (1_000_000_000_000 / currency.MinorPerUnit));

    private static readonly Gen<Quantity> Quantities =
        Gen.OneOf(Gen.Choose(0, 3_000_000).Select(few => (long)few), Longs.Select(many => many % 1_000_000_000_001))
            .Select(millionths => new Quantity(millionths));

    [Fact]
    public void The_cost_is_the_product_rounded_once_half_away_from_zero() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5_000),
        Prop.ForAll((from price in Prices from quantity in Quantities select (price, quantity)).ToArbitrary(), drawn =>
        {
            var per = BigInteger.Pow(10, 18) / drawn.price.Currency.MinorPerUnit;
            var exact = (BigInteger)drawn.price.Parts * (BigInteger)drawn.quantity.Millionths;
            var expected = ((2 * exact) + per) / (2 * per);
            var cost = ExactCost.Of(drawn.quantity, drawn.price);
            Assert.Equal(exact <= Money.MaxRequestMinor * per ? expected : -1, cost.IsSuccess ? cost.Value.Minor : -1);
        }));

    [Fact]
    public void A_charge_in_several_bands_and_places_is_rounded_once() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(
            (from price in Prices
             from tier in Prices
             from upTo in Quantities
             from free in Quantities
             from one in Quantities
             from two in Quantities
             from gap in Quantities
             select (price, tier: tier with { Currency = price.Currency, Fraction = 0, Minor = tier.Minor % 1_000 }, upTo, free, one, two,
                 gap)).ToArbitrary(),
            drawn =>
            {
                UsageSpan[] places = [new(0, drawn.one), new(drawn.one + drawn.gap, drawn.two)];
                var price = new ActivityPrice(
                    1, drawn.price with { Minor = drawn.price.Minor % 1_000 }, [new PriceTier(drawn.upTo, drawn.tier)], drawn.free);
                var rating = Pricing.Rate(price, places).Value!;
                var exact = places.Aggregate(
                    BigInteger.Zero, (sum, place) => sum + CostUpTo(price, place.End) - CostUpTo(price, place.Before));
                var per = BigInteger.Pow(10, 18) / price.UnitPrice.Currency.MinorPerUnit;
                Assert.Equal(((2 * exact) + per) / (2 * per), rating.Cost.Minor);
                Assert.Equal(rating.Cost.Minor, rating.Lines.Sum(line => line.Amount.Minor));
                Assert.Equal(drawn.one + drawn.two, rating.Lines.Aggregate(default(Quantity), (sum, line) => sum + line.Units));
            }));

    [Theory]
    [InlineData("0.005", "1", "USD", 1)]
    [InlineData("0.0049999", "1", "USD", 0)]
    [InlineData("0.005", "0.999999", "USD", 0)]
    [InlineData("0.000000000001", "1000000", "USD", 0)]
    [InlineData("0.5", "1", "JPY", 1)]
    [InlineData("0.0015", "3", "KWD", 5)]
    [InlineData("0.01", "2.5", "USD", 3)]
    public void Half_a_minor_unit_rounds_up(string price, string quantity, string code, long cost) =>
        Assert.Equal(cost, ExactCost.Of(QuantityOf(quantity), PriceOf(price, code)).Value.Minor);

    [Fact]
    public void Texts_are_read_and_written_without_loss() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5_000),
        Prop.ForAll((from price in Prices from quantity in Quantities select (price, quantity)).ToArbitrary(), drawn =>
        {
            Assert.Equal(drawn.price, JsonSerializer.Deserialize<UnitPrice>(JsonSerializer.Serialize(drawn.price)));
            Assert.Equal(drawn.quantity, JsonSerializer.Deserialize<Quantity>(JsonSerializer.Serialize(drawn.quantity)));
            Assert.Equal(drawn.quantity, JsonSerializer.Deserialize<Quantity>($"\"{drawn.quantity}\""));
        }));

    [Theory]
    [InlineData("3", "3")]
    [InlineData("0.25", "0.25")]
    [InlineData("\"0.250\"", "0.25")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5E-5", "0.000015")]
    [InlineData("25e-2", "0.25")]
    public void A_quantity_is_a_number_or_a_decimal_string(string json, string text)
    {
        Assert.Equal(text, JsonSerializer.Deserialize<Quantity>(json).ToString());
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<Quantity>(json)));
    }

    [Theory]
    [InlineData("0.1234567", "digits")]
    [InlineData("1e-7", "digits")]
    [InlineData("\"1e3\"", "digits")]
    [InlineData("\"1,5\"", "digits")]
    [InlineData("\"\"", "digits")]
    [InlineData("99999999999999999999999999999999999999999", "range")]
    [InlineData("1e60", "range")]
    [InlineData("true", "number")]
    public void An_invalid_quantity_gets_a_specific_error(string json, string why) =>
        Assert.Contains(
            why, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Quantity>(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0.005", "0.005")]
    [InlineData("1", "1.00")]
    [InlineData("1.50", "1.50")]
    [InlineData("0.000000000001", "0.000000000001")]
    public void A_unit_price_shows_as_many_digits_as_it_needs_and_those_of_its_currency(string amount, string text) =>
        Assert.Equal(text, PriceOf(amount, "USD").ToDecimalString());

    [Theory]
    [InlineData("99999999999999999999999999", "range")]
    [InlineData("0.0000000000001", "12 digits")]
    public void An_invalid_unit_price_gets_a_specific_error(string amount, string why) => Assert.Contains(
        why,
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<UnitPrice>($$"""{"amount":"{{amount}}","currency":"USD"}""")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("99999999999999999999999999", "at most 10000000000000.00 USD")]
    [InlineData("92233720368547758.08", "at most 10000000000000.00 USD")]
    [InlineData("0.001", "2 digits")]
    public void An_amount_out_of_range_gets_a_specific_error(string amount, string why) => Assert.Contains(
        why,
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Money>($$"""{"amount":"{{amount}}","currency":"USD"}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Whole_quantities_are_serialised_as_integers_and_fractions_round_trip()
    {
        using var services = new ServiceCollection().AddSerializer(serializer => serializer.AddAssembly(typeof(Quantity).Assembly))
            .BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        foreach (var number in new[] { 0L, 1, 1_000_000, int.MaxValue, 3_000_000_000, 1_000_000_000_000_000 })
        {
            Assert.Equal(number, serializer.Deserialize<Quantity>(serializer.SerializeToArray(number)).Whole);
            Assert.Equal(number, serializer.Deserialize<long>(serializer.SerializeToArray<Quantity>(number)));
        }

        foreach (var quantity in new Quantity[] { new(1), new(250_000), new(-1), new(((Int128)1 << 100) + 1) })
        {
            Assert.Equal(quantity, serializer.Deserialize<Quantity>(serializer.SerializeToArray(quantity)));
        }

        var take = new TakeUsage(default, "form", "2026-11", new Quantity(1_500_000));
        Assert.Equal(take, serializer.Deserialize<TakeUsage>(serializer.SerializeToArray(take)));
        Assert.Equal(
            new CompleteActivity(default, 3),
            serializer.Deserialize<CompleteActivity>(serializer.SerializeToArray(new CompleteActivity(default, 3))));
    }

    // The exact cost of all units up to an end.
    private static BigInteger CostUpTo(ActivityPrice price, Quantity end)
    {
        var (free, tier) = (price.FreeAllowance, price.Tiers![0]);
        var inTier = Quantity.Max(Quantity.Min(end, tier.UpTo) - free, 0);
        var beyond = Quantity.Max(end - Quantity.Max(free, tier.UpTo), 0);
        return (
            (BigInteger)inTier.Millionths * (BigInteger)tier.UnitPrice.Parts) + (
                (BigInteger)beyond.Millionths * (BigInteger)price.UnitPrice.Parts);
    }

    private static Quantity QuantityOf(string text) =>
        Quantity.Read(text, out var quantity) == DecimalFault.None ? quantity : throw new FormatException(text);

    private static UnitPrice PriceOf(string text, string code) =>
        UnitPrice.Read(text, Currency.Parse(code), out var price) == DecimalFault.None ? price : throw new FormatException(text);
}
