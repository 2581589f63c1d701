using Orleans.Concurrency;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

[GrainType("external-identity"), Reentrant]
internal sealed class ExternalIdentityGrain(ExternalIdentityDefinition definition, EntityServices services)
    : EntityGrain<ExternalIdentityState, ExternalIdentityEvent>(definition, services), IExternalIdentityGrain
{
    public Task<Result<LoginOwner>> ReserveAsync(ReserveExternalIdentity command) =>
        ExecuteAsync(command, ExternalIdentityDecisions.Reserve, ExternalIdentityDefinition.Owner);

    public Task<Result<LoginOwner>> ActivateAsync(ActivateExternalIdentity command) =>
        ExecuteAsync(command, ExternalIdentityDecisions.Activate, ExternalIdentityDefinition.Owner);

    public Task<Result<LoginOwner>> LinkAsync(LinkExternalIdentity command) =>
        ExecuteAsync(command, ExternalIdentityDecisions.Link, ExternalIdentityDefinition.Owner);

    public Task<Result<LoginOwner>> UnlinkAsync(UnlinkExternalIdentity command) =>
        ExecuteAsync(command, ExternalIdentityDecisions.Unlink, ExternalIdentityDefinition.Owner);

    public Task<Result<LoginOwner>> FindAsync() => ReadAsync<LoginOwner>((state, _) =>
        state is { Status: LinkStatus.Active, Owner: { } owner } ? owner : CommonErrors.NotFound("identity"));
}
