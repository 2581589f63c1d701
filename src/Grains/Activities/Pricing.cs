using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>The cost of a quantity, with the lines that explain it.</summary>
public sealed record Rating(Money Cost, IReadOnlyList<PriceLine> Lines);

/// <summary>
/// Computes the cost of a quantity from a price version and its units of the month. Exact and rounded once: the same inputs always give the
/// same cost, which re-rating relies on.
/// </summary>
public static class Pricing
{
    /// <summary>The maximum units of a user's month.</summary>
    public const long MaxUsage = 1_000_000_000_000_000;

    /// <summary>Rates a quantity that is one span after the units used before.</summary>
    public static Result<Rating> Rate(ActivityPrice price, Quantity quantity, Quantity usedBefore) =>
        Rate(price, [new UsageSpan(usedBefore, quantity)]);

    public static Result<Rating> Rate(ActivityPrice price, IReadOnlyList<UsageSpan> places)
    {
        var currency = price.UnitPrice.Currency;
        var lines = new List<PriceLine>();
        var (exact, cost) = (default(ExactCost), Money.Zero(currency));
        foreach (var place in places)
        {
            if (place.Units < 0 || place.Before < 0 || place.Units > MaxUsage || place.Before > MaxUsage - place.Units)
            {
                return ActivityErrors.UsageTooLarge;
            }

            var used = place.Before;
            foreach (var (kind, upTo, unit) in Bands(price))
            {
                var units = (upTo is { } end ? Quantity.Min(place.End, end) : place.End) - used;
                if (units > 0)
                {
                    if (exact.Plus(units, unit) is not { } sum)
                    {
                        return ActivityErrors.CostTooLarge;
                    }

                    var rounded = sum.Round(currency);
                    lines.Add(new PriceLine(kind, used + 1, units, unit, rounded - cost));
                    (exact, cost, used) = (sum, rounded, used + units);
                }
            }
        }

        return new Rating(cost, lines);
    }

    // Each band ends where the next starts; the last has no end.
    private static IEnumerable<(PriceLineKind Kind, Quantity? UpTo, UnitPrice Unit)> Bands(ActivityPrice price)
    {
        yield return (PriceLineKind.Free, price.FreeAllowance, new UnitPrice(0, price.UnitPrice.Currency));
        foreach (var tier in price.Tiers ?? [])
        {
            yield return (PriceLineKind.Tier, tier.UpTo, tier.UnitPrice);
        }

        yield return (PriceLineKind.Unit, null, price.UnitPrice);
    }
}
