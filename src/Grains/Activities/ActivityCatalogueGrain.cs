using Orleans.Concurrency;
using Platform.Activities;
using Platform.Grains.Common.Entities;

namespace Platform.Grains.Activities;

[GrainType("activity-catalogue"), Reentrant]
internal sealed class ActivityCatalogueGrain(CatalogueDefinition definition, EntityServices services)
    : EntityGrain<CatalogueState, CatalogueEvent>(definition, services), IActivityCatalogueGrain
{
    public Task<Result<ActivityTypeView>> SetTypeAsync(SetActivityType command) =>
        ExecuteAsync(command, (state, context) => CatalogueDecisions.SetType(state, command, context));

    public Task<Result<IReadOnlyList<ActivityTypeView>>> ListAsync() =>
        ReadAsync((state, _) => new Result<IReadOnlyList<ActivityTypeView>>(state.List(), null));
}
