using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// A cost before it is rounded, in 10^-18 of its currency's unit: millionths of a unit times 10^-12. Nothing is lost in it, and it is
/// rounded to minor units once. No sum passes the largest amount, which is far below what 128 bits hold.
/// </summary>
public readonly record struct ExactCost(Int128 Parts)
{
    private static readonly Int128 PartsPerUnit = 1_000_000_000_000_000_000;

    /// <summary>This and so many units at a price; null where that would pass the largest amount, or either is negative.</summary>
    public ExactCost? Plus(Quantity units, UnitPrice price)
    {
        var (most, each) = (Money.MaxRequestMinor * PartsPerMinor(price.Currency), price.Parts);
        if (units.Millionths < 0 || each < 0 || (each > 0 && units.Millionths > most / each))
        {
            return null;
        }

        var sum = Parts + (units.Millionths * each);
        return sum <= most ? new ExactCost(sum) : null;
    }

    /// <summary>To whole minor units, half away from zero.</summary>
    public Money Round(Currency currency)
    {
        var minor = PartsPerMinor(currency);
        var half = minor / 2;
        return new Money(checked((long)((Parts >= 0 ? Parts + half : Parts - half) / minor)), currency);
    }

    /// <summary>The rounded cost of so many units at one price.</summary>
    public static Result<Money> Of(Quantity units, UnitPrice price) =>
        default(ExactCost).Plus(units, price) is { } cost ? cost.Round(price.Currency) : ActivityErrors.CostTooLarge;

    private static Int128 PartsPerMinor(Currency currency) => PartsPerUnit / currency.MinorPerUnit;
}
