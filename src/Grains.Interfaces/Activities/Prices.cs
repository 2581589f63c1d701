namespace Platform.Activities;

/// <summary>The unit price of a month's units up to UpTo that no earlier tier covers.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price-tier")]
public sealed record PriceTier([property: Id(0)] Quantity UpTo, [property: Id(1)] UnitPrice UnitPrice);

/// <summary>
/// A version of the price of a type in one currency. The first units of a user's month are free, the next cost their tier's price, the
/// rest the unit price. Version 0 is the built-in price, if the organisation has not set one.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price")]
public sealed record ActivityPrice(
    [property: Id(0)] int Version,
    [property: Id(1)] UnitPrice UnitPrice,
    [property: Id(2)] IReadOnlyList<PriceTier>? Tiers = null,
    [property: Id(3)] Quantity FreeAllowance = default)
{
    /// <summary>The price of a built-in type until the organisation sets one: one unit of any currency.</summary>
    public static ActivityPrice BuiltIn(Currency currency) => new(0, new UnitPrice(currency.MinorPerUnit, currency));

    /// <summary>Returns a version's price in one currency, or null if it has none.</summary>
    public static ActivityPrice? Of(
        int version, IReadOnlyList<UnitPrice> unitPrices, IReadOnlyList<PriceTier>? tiers, Quantity freeAllowance, Currency currency)
    {
        foreach (var price in unitPrices)
        {
            if (price.Currency == currency)
            {
                var own = tiers?.Where(tier => tier.UnitPrice.Currency == currency).ToArray();
                return new ActivityPrice(version, price, own is { Length: > 0 } ? own : null, freeAllowance);
            }
        }

        return null;
    }
}

/// <summary>A version of the price of a type as it was set. EffectiveFrom, SetBy and SetAt are null for old versions.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price-version")]
public sealed record PriceVersion(
    [property: Id(0)] int Version,
    [property: Id(1)] DateTimeOffset? EffectiveFrom,
    [property: Id(2)] string Name,
    [property: Id(8)] IReadOnlyList<UnitPrice> UnitPrices,
    [property: Id(4)] IReadOnlyList<PriceTier> Tiers,
    [property: Id(5)] Quantity FreeAllowance,
    [property: Id(6)] Guid? SetBy,
    [property: Id(7)] DateTimeOffset? SetAt);

[GenerateSerializer, Alias("platform.activities.price-line-kind")]
public enum PriceLineKind
{
    /// <summary>Units within the free allowance of the month.</summary>
    Free = 0,

    /// <summary>Units at the price of a tier.</summary>
    Tier = 1,

    /// <summary>Units at the unit price, after all tiers.</summary>
    Unit = 2,
}

/// <summary>
/// A line that explains a cost. From is the number of its first unit in the user's month, counted from 1. Amounts are differences of the
/// rounded running total, so that they add up to the cost.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price-line")]
public sealed record PriceLine(
    [property: Id(0)] PriceLineKind Kind,
    [property: Id(1)] Quantity From,
    [property: Id(2)] Quantity Units,
    [property: Id(3)] UnitPrice UnitPrice,
    [property: Id(4)] Money Amount);
