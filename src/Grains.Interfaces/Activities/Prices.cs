namespace Platform.Activities;

/// <summary>Units of a month up to this one, counted from 1, cost this much each, as far as no tier before it has them.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price-tier")]
public sealed record PriceTier([property: Id(0)] Quantity UpTo, [property: Id(1)] UnitPrice UnitPrice);

/// <summary>
/// One version of the price of a type, in one currency. The first units of a user's month are free, the next cost what their tier says, the
/// rest the unit price. Version 0 is the price of a built-in type that the organisation has not set.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price")]
public sealed record ActivityPrice(
    [property: Id(0)] int Version,
    [property: Id(1)] UnitPrice UnitPrice,
    [property: Id(2)] IReadOnlyList<PriceTier>? Tiers = null,
    [property: Id(3)] Quantity FreeAllowance = default)
{
    /// <summary>What a built-in type costs until the organisation sets a price: one whole unit of any currency.</summary>
    public static ActivityPrice BuiltIn(Currency currency) => new(0, new UnitPrice(currency.MinorPerUnit, currency));

    /// <summary>What a version says about one currency; null where it has no price in it.</summary>
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

/// <summary>A version of the price of a type as it was set. Null where it was set before that was kept.</summary>
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

    /// <summary>Units at the unit price, beyond all tiers.</summary>
    Unit = 2,
}

/// <summary>
/// Why a cost is what it is: so many units, which begin where <c>From</c> - 1 units of the user's month end. Amounts are those of the
/// running total, which is rounded once: together they are the cost.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.price-line")]
public sealed record PriceLine(
    [property: Id(0)] PriceLineKind Kind,
    [property: Id(1)] Quantity From,
    [property: Id(2)] Quantity Units,
    [property: Id(3)] UnitPrice UnitPrice,
    [property: Id(4)] Money Amount);
