using Orleans.Concurrency;
using Platform.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

[GrainType("activity-catalogue"), Reentrant]
internal sealed class ActivityCatalogueGrain(CatalogueDefinition definition, EntityServices services)
    : EntityGrain<CatalogueState, CatalogueEvent>(definition, services), IActivityCatalogueGrain
{
    public Task<Result<ActivityTypeView>> SetTypeAsync(SetActivityType command) =>
        ExecuteAsync(command, CatalogueDecisions.SetType, CatalogueDefinition.LastOf(command.Code));

    public Task<Result<IReadOnlyList<ActivityTypeView>>> ListAsync() =>
        ReadAsync((state, _) => new Result<IReadOnlyList<ActivityTypeView>>(state.List(Time.GetUtcNow()), null));

    public Task<Result<ActivityPrice>> PriceAsync(string code, string currency) => ReadAsync<ActivityPrice>((state, _) =>
        state.Find(code, Time.GetUtcNow()) is not { } type ? ActivityErrors.UnknownType
        : type.PriceIn(Currency.Parse(currency)) is { } price ? price
        : ActivityErrors.NoPrice(Currency.Parse(currency)));

    public Task<Result<IReadOnlyList<PriceVersion>>> PricesAsync(string code) => ReadAsync((state, _) =>
        state.History(code) is { } prices ? new Result<IReadOnlyList<PriceVersion>>(prices, null) : CommonErrors.NotFound("activity type"));
}
