using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// An exact cost in 10^-18 of its currency's unit (10^-6 of a quantity times 10^-12 of a price). It is rounded to minor units once. Sums
/// are limited to the maximum amount, which fits into 128 bits.
/// </summary>
public readonly record struct ExactCost(Int128 Parts)
{
    private static readonly Int128 PartsPerUnit = 1_000_000_000_000_000_000;

    /// <summary>Adds units at a price; returns null if the sum exceeds the maximum amount or an argument is negative.</summary>
    public ExactCost? Plus(Quantity units, UnitPrice price)
    {
        var (max, unitPrice) = (Money.MaxRequestMinor * PartsPerMinor(price.Currency), price.Parts);
        if (units.Millionths < 0 || unitPrice < 0 || (unitPrice > 0 && units.Millionths > max / unitPrice))
        {
            return null;
        }

        var sum = Parts + (units.Millionths * unitPrice);
        return sum <= max ? new ExactCost(sum) : null;
    }

    /// <summary>Rounds to minor units, half away from zero.</summary>
    public Money Round(Currency currency)
    {
        var minor = PartsPerMinor(currency);
        var half = minor / 2;
        return new Money(checked((long)((Parts >= 0 ? Parts + half : Parts - half) / minor)), currency);
    }

    /// <summary>Returns the rounded cost of units at one price.</summary>
    public static Result<Money> Of(Quantity units, UnitPrice price) =>
        default(ExactCost).Plus(units, price) is { } cost ? cost.Round(price.Currency) : ActivityErrors.CostTooLarge;

    private static Int128 PartsPerMinor(Currency currency) => PartsPerUnit / currency.MinorPerUnit;
}
