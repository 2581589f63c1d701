namespace Platform.Activities;

/// <summary>The activity types of an organisation and their unit prices. Key: <see cref="KeyOf"/>.</summary>
[Alias("platform.activities.catalogue")]
public interface IActivityCatalogueGrain : IGrainWithStringKey
{
    /// <summary>Sets name and unit price of a type, for activities from now on.</summary>
    [Alias("set-type")]
    Task<Result<ActivityTypeView>> SetTypeAsync(SetActivityType command);

    /// <summary>All types, built-in ones first, each with its price in each currency that has one.</summary>
    [Alias("list")]
    Task<Result<IReadOnlyList<ActivityTypeView>>> ListAsync();

    static EntityKey KeyOf(Guid organisationId) =>
        new(organisationId, OperationId.FromKey("activity-catalogue", organisationId.ToString("N")).Value);
}

[GenerateSerializer, Immutable, Alias("platform.activities.set-type")]
public sealed record SetActivityType(
    CommandContext Context,
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] IReadOnlyList<Money> UnitPrices) : Command(Context);

/// <summary>A type of activity. A price that an organisation has not set is one whole unit of the currency asked for.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.type")]
public sealed record ActivityTypeView(
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] IReadOnlyList<Money> UnitPrices,
    [property: Id(3)] bool BuiltIn)
{
    /// <summary>The price in this currency; null where the type has none in it.</summary>
    public Money? PriceIn(Currency currency)
    {
        foreach (var price in UnitPrices)
        {
            if (price.Currency == currency)
            {
                return price;
            }
        }

        return BuiltIn && UnitPrices.Count == 0 ? new Money(currency.MinorPerUnit, currency) : null;
    }
}
