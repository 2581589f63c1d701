using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>What a quantity costs, and why.</summary>
public sealed record Rating(Money Cost, IReadOnlyList<PriceLine> Lines);

/// <summary>
/// What a quantity costs under a version of a price, given how much of the month was used before it. Pure, in whole minor units: the same
/// inputs give the same cost at any time, which is what re-rating a past period rests on.
/// </summary>
public static class Pricing
{
    /// <summary>No month of a user passes this many units.</summary>
    public const long MaxUsage = 1_000_000_000_000_000;

    public static Result<Rating> Rate(ActivityPrice price, long quantity, long usedBefore)
    {
        if (quantity < 0 || usedBefore < 0 || usedBefore > MaxUsage - quantity)
        {
            return ActivityErrors.UsageTooLarge;
        }

        var currency = price.UnitPrice.Currency;
        var lines = new List<PriceLine>();
        var cost = (Int128)0;
        var (used, end) = (usedBefore, usedBefore + quantity);
        foreach (var (kind, upTo, unit) in Bands(price))
        {
            if (used < Math.Min(end, upTo))
            {
                var units = Math.Min(end, upTo) - used;
                var amount = (Int128)units * unit;
                cost += amount;
                if (cost < 0 || cost > Money.MaxRequestMinor)
                {
                    return ActivityErrors.CostTooLarge;
                }

                lines.Add(new PriceLine(kind, used + 1, units, new Money(unit, currency), new Money((long)amount, currency)));
                used += units;
            }
        }

        return new Rating(new Money((long)cost, currency), lines);
    }

    // Each ends where the next begins; the last has no end.
    private static IEnumerable<(PriceLineKind Kind, long UpTo, long Unit)> Bands(ActivityPrice price)
    {
        yield return (PriceLineKind.Free, price.FreeAllowance, 0);
        foreach (var tier in price.Tiers ?? [])
        {
            yield return (PriceLineKind.Tier, tier.UpTo, tier.UnitPrice.Minor);
        }

        yield return (PriceLineKind.Unit, long.MaxValue, price.UnitPrice.Minor);
    }
}
