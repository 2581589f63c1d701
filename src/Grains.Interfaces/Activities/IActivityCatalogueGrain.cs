namespace Platform.Activities;

/// <summary>The activity types of an organisation and all versions of their prices. Key: <see cref="KeyOf"/>.</summary>
[Alias("platform.activities.catalogue")]
public interface IActivityCatalogueGrain : IGrainWithStringKey
{
    /// <summary>Sets the name and prices of a type as a new version, and returns that version.</summary>
    [Alias("set-type")]
    Task<Result<ActivityTypeView>> SetTypeAsync(SetActivityType command);

    /// <summary>Lists all types, built-in ones first, with their current prices.</summary>
    [Alias("list")]
    Task<Result<IReadOnlyList<ActivityTypeView>>> ListAsync();

    /// <summary>Returns the current price in a currency.</summary>
    [Alias("price")]
    Task<Result<ActivityPrice>> PriceAsync(string code, string currency);

    /// <summary>Lists all versions of a type's price, oldest first.</summary>
    [Alias("prices")]
    Task<Result<IReadOnlyList<PriceVersion>>> PricesAsync(string code);

    static EntityKey KeyOf(Guid organisationId) =>
        new(organisationId, OperationId.FromKey("activity-catalogue", organisationId.ToString("N")).Value);
}

/// <summary>Sets a price, effective now or from EffectiveFrom. For each user, units of a month up to the allowance are free.</summary>
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
/// An activity type with one version of its price. Version 0 is the built-in price of one unit of any currency, if the organisation has
/// not set one (<see cref="WithBuiltInPrice"/>). A type whose first price is not yet effective has no prices.
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
    /// <summary>Returns the price in a currency, or null if the type has none.</summary>
    public ActivityPrice? PriceIn(Currency currency) => IsAtBuiltInPrice
        ? ActivityPrice.BuiltIn(currency)
        : ActivityPrice.Of(Version, UnitPrices, Tiers, FreeAllowance, currency);

    private bool IsAtBuiltInPrice => BuiltIn && Version == 0;

    /// <summary>Returns a copy that shows the built-in price in this currency, if the built-in price applies.</summary>
    public ActivityTypeView WithBuiltInPrice(Currency currency) => IsAtBuiltInPrice
        ? this with { UnitPrices = [ActivityPrice.BuiltIn(currency).UnitPrice], BuiltInPrice = true }
        : this;
}
