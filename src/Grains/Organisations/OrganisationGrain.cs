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
        ExecuteAsync(command, (state, context) => OrganisationDecisions.Create(state, command, context), OrganisationDefinition.View);

    public Task<Result<OrganisationView>> UpdateAsync(UpdateOrganisation command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => OrganisationDecisions.Update(state, command, context), OrganisationDefinition.View));

    public Task<Result<OrganisationView>> SuspendAsync(SuspendOrganisation command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => OrganisationDecisions.Suspend(state, command, context), OrganisationDefinition.View));

    public Task<Result<OrganisationView>> RestoreAsync(RestoreOrganisation command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => OrganisationDecisions.Restore(state, command, context), OrganisationDefinition.View));

    public Task<Result<OrganisationView>> ReleaseSsoAsync(ReleaseSso command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => OrganisationDecisions.ReleaseSso(state, context), OrganisationDefinition.View));

    public Task<Result<OrganisationHandover>> HandOverAsync(HandOverOrganisation command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => OrganisationDecisions.HandOver(state, command, context), OrganisationDefinition.Handover));

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
