using FsCheck;
using FsCheck.Fluent;
using Platform.Activities;
using Platform.Grains.Activities;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>The cost of a quantity, compared with a model that counts unit by unit.</summary>
public sealed class PricingTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");

    private static readonly Gen<ActivityPrice> Prices =
        from unit in Gen.Choose(0, 50)
        from allowance in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(0, 12)))
        from steps in Gen.Choose(1, 8).ListOf()
        from units in Gen.Choose(0, 50).ListOf(steps.Count)
        select new ActivityPrice(
            1, new UnitPrice(unit, Eur), [.. steps.Select((_, i) => new PriceTier(steps.Take(i + 1).Sum(), new UnitPrice(units[i], Eur)))],
            allowance);

    [Fact]
    public void The_cost_is_the_sum_over_every_unit() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5_000),
        Prop.ForAll(
            (from price in Prices from quantity in Gen.Choose(0, 60) from used in Gen.Choose(0, 60) select (price, quantity, used))
            .ToArbitrary(),
            rated =>
            {
                var (price, quantity, used) = rated;
                var expected = 0L;
                for (var unit = used + 1; unit <= used + quantity; unit++)
                {
                    expected += UnitCost(price, unit);
                }

                var rating = Pricing.Rate(price, quantity, used).Value!;
                Assert.Equal(expected, rating.Cost.Minor);
                Assert.Equal(expected, rating.Lines.Sum(line => line.Amount.Minor));
                Assert.Equal(quantity, rating.Lines.Sum(line => line.Units.Whole));
                var next = (long)used + 1;
                foreach (var line in rating.Lines)
                {
                    Assert.Equal(next, line.From.Whole);
                    Assert.Equal(line.UnitPrice.Minor * line.Units.Whole, line.Amount.Minor);
                    Assert.Equal(line.UnitPrice.Minor, UnitCost(price, line.From.Whole));
                    Assert.Equal(line.UnitPrice.Minor, UnitCost(price, line.From.Whole + line.Units.Whole - 1));
                    next += line.Units.Whole;
                }
            }));

    [Fact]
    public void A_quantity_costs_the_same_in_one_piece_and_in_two() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(
            (from price in Prices from one in Gen.Choose(0, 60) from two in Gen.Choose(0, 60) from used in Gen.Choose(
                0, 60) select (price, one, two, used)).ToArbitrary(),
            rated => Assert.Equal(
                Cost(rated.price, rated.one + rated.two, rated.used),
                Cost(rated.price, rated.one, rated.used) + Cost(rated.price, rated.two, rated.used + rated.one))));

    [Theory]
    [InlineData(0, 5, 0)]      // All free.
    [InlineData(0, 6, 20)]     // The first unit of the first tier.
    [InlineData(9, 1, 20)]     // The last unit of the first tier.
    [InlineData(10, 1, 10)]    // The first unit of the second.
    [InlineData(99, 2, 15)]    // The last unit of the second, and the first after it.
    [InlineData(100, 3, 15)]
    [InlineData(0, 101, 1005)] // 5 free, 5 at 20, 90 at 10, 1 at 5.
    public void A_boundary_belongs_to_the_tier_that_it_ends(long used, long quantity, long cost) =>
        Assert.Equal(
            cost,
            Cost(
                new ActivityPrice(
                    1, new UnitPrice(5, Eur), [new PriceTier(10, new UnitPrice(20, Eur)), new PriceTier(100, new UnitPrice(10, Eur))], 5),
                    quantity, used));

    [Fact]
    public void Costs_above_the_maximum_are_refused()
    {
        var expensive = new ActivityPrice(1, new UnitPrice(long.MaxValue, Eur));
        Assert.Equal("cost-too-large", Pricing.Rate(expensive, 2, 0).Error?.Code);
        Assert.Equal("cost-too-large", Pricing.Rate(new ActivityPrice(1, new UnitPrice(Money.MaxRequestMinor, Eur)), 2, 0).Error?.Code);
        Assert.Equal(
            Money.MaxRequestMinor, Pricing.Rate(new ActivityPrice(1, new UnitPrice(Money.MaxRequestMinor, Eur)), 1, 0).Value?.Cost.Minor);
        Assert.Equal("usage-too-large", Pricing.Rate(expensive, 1, Pricing.MaxUsage).Error?.Code);
        Assert.Equal("usage-too-large", Pricing.Rate(expensive, -1, 0).Error?.Code);
        Assert.Equal("usage-too-large", Pricing.Rate(expensive, 1, -1).Error?.Code);
    }

    [Theory]
    [InlineData("JPY", 7)]
    [InlineData("KWD", 1234)]
    public void Currencies_of_other_digits_are_whole_minor_units_too(string code, long unit)
    {
        var currency = Currency.Parse(code);
        Assert.Equal(new Money(3 * unit, currency), Pricing.Rate(new ActivityPrice(1, new UnitPrice(unit, currency)), 3, 0).Value?.Cost);
    }

    private static long Cost(ActivityPrice price, long quantity, long used) => Pricing.Rate(price, quantity, used).Value!.Cost.Minor;

    private static long UnitCost(ActivityPrice price, long unit)
    {
        if (unit <= price.FreeAllowance)
        {
            return 0;
        }

        foreach (var tier in price.Tiers!)
        {
            if (unit <= tier.UpTo)
            {
                return tier.UnitPrice.Minor;
            }
        }

        return price.UnitPrice.Minor;
    }
}
