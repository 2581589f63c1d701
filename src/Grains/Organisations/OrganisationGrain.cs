using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Common.Entities;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

[GrainType("organisation"), Reentrant]
internal sealed class OrganisationGrain(OrganisationDefinition definition, EntityServices services, AccessSignal access)
    : EntityGrain<OrganisationState, OrganisationEvent>(definition, services), IOrganisationGrain
{
    public Task<Result<OrganisationView>> CreateAsync(CreateOrganisation command) =>
        ExecuteAsync(command, (state, context) => OrganisationDecisions.Create(state, command, context));

    public async Task<Result<OrganisationView>> UpdateAsync(UpdateOrganisation command)
    {
        var updated = await ExecuteAsync(command, (state, context) => OrganisationDecisions.Update(state, command, context));
        if (updated.IsSuccess)
        {
            access.Raise(Key);
        }

        return updated;
    }

    public Task<Result<OrganisationView>> GetAsync() =>
        ReadAsync<OrganisationView>((state, version) =>
            version == 0 ? CommonErrors.NotFound("organisation") : state.ToView(Key.OrganisationId, version));
}
