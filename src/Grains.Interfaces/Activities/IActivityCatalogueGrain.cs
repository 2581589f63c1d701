namespace Platform.Activities;

/// <summary>The activity types of an organisation and their prices, each version kept. Key: <see cref="KeyOf"/>.</summary>
[Alias("platform.activities.catalogue")]
public interface IActivityCatalogueGrain : IGrainWithStringKey
{
    /// <summary>Sets name and prices of a type from an instant on, as a further version; answers that version.</summary>
    [Alias("set-type")]
    Task<Result<ActivityTypeView>> SetTypeAsync(SetActivityType command);

    /// <summary>All types, built-in ones first, each with its price of now in each currency that has one.</summary>
    [Alias("list")]
    Task<Result<IReadOnlyList<ActivityTypeView>>> ListAsync();

    /// <summary>The price of now in a currency.</summary>
    [Alias("price")]
    Task<Result<ActivityPrice>> PriceAsync(string code, string currency);

    /// <summary>All versions of a type's price, the first one first.</summary>
    [Alias("prices")]
    Task<Result<IReadOnlyList<PriceVersion>>> PricesAsync(string code);

    static EntityKey KeyOf(Guid organisationId) =>
        new(organisationId, OperationId.FromKey("activity-catalogue", organisationId.ToString("N")).Value);
}

/// <summary>A price from an instant on; at once where none is named. Units of a month up to the allowance are free for each user.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.set-type")]
public sealed record SetActivityType(
    CommandContext Context,
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(6)] IReadOnlyList<UnitPrice> UnitPrices,
    [property: Id(3)] DateTimeOffset? EffectiveFrom = null,
    [property: Id(4)] IReadOnlyList<PriceTier>? Tiers = null,
    [property: Id(5)] Quantity? FreeAllowance = null) : Command(Context);

/// <summary>
/// A type of activity with one version of its price. A price that an organisation has not set is version 0: one whole unit of the
/// currency asked for (<see cref="WithBuiltInPrice"/>). A type whose first price has yet to become effective has no prices.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.type")]
public sealed record ActivityTypeView(
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(8)] IReadOnlyList<UnitPrice> UnitPrices,
    [property: Id(3)] bool BuiltIn,
    [property: Id(4)] int Version = 0,
    [property: Id(5)] DateTimeOffset? EffectiveFrom = null,
    [property: Id(6)] IReadOnlyList<PriceTier>? Tiers = null,
    [property: Id(7)] Quantity FreeAllowance = default,
    [property: Id(9)] bool BuiltInPrice = false)
{
    /// <summary>The price in this currency; null where the type has none in it.</summary>
    public ActivityPrice? PriceIn(Currency currency) => IsAtBuiltInPrice
        ? ActivityPrice.BuiltIn(currency)
        : ActivityPrice.Of(Version, UnitPrices, Tiers, FreeAllowance, currency);

    private bool IsAtBuiltInPrice => BuiltIn && Version == 0;

    /// <summary>The same, and shows the built-in price in this currency where that is what is charged.</summary>
    public ActivityTypeView WithBuiltInPrice(Currency currency) => IsAtBuiltInPrice
        ? this with { UnitPrices = [ActivityPrice.BuiltIn(currency).UnitPrice], BuiltInPrice = true }
        : this;
}
