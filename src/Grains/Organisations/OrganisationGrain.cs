using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

[GrainType("organisation"), Reentrant]
internal sealed class OrganisationGrain(OrganisationDefinition definition, EntityServices services, AccessSignal access)
    : EntityGrain<OrganisationState, OrganisationEvent>(definition, services), IOrganisationGrain
{
    public Task<Result<OrganisationView>> CreateAsync(CreateOrganisation command) =>
        ExecuteAsync(command, OrganisationDecisions.Create, OrganisationDefinition.View);

    public Task<Result<OrganisationView>> UpdateAsync(UpdateOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.Update, OrganisationDefinition.View));

    public Task<Result<OrganisationView>> SuspendAsync(SuspendOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.Suspend, OrganisationDefinition.View));

    public Task<Result<OrganisationView>> RestoreAsync(RestoreOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.Restore, OrganisationDefinition.View));

    public Task<Result<OrganisationView>> ReleaseSsoAsync(ReleaseSso command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.ReleaseSso, OrganisationDefinition.View));

    public Task<Result<OrganisationHandover>> HandOverAsync(HandOverOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.HandOver, OrganisationDefinition.Handover));

    public Task<Result<OrganisationView>> GetAsync() =>
        ReadAsync<OrganisationView>((state, version) =>
            version == 0 ? CommonErrors.NotFound("organisation") : state.ToView(Key.OrganisationId, version));

    private async Task<Result<T>> SignalAsync<T>(Task<Result<T>> change)
    {
        var result = await change;
        if (result.IsSuccess)
        {
            access.Raise(Key);
        }

        return result;
    }
}
