using Orleans.Concurrency;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

[GrainType("login-name"), Reentrant]
internal sealed class LoginNameGrain(LoginNameDefinition definition, EntityServices services)
    : EntityGrain<LoginNameState, LoginNameEvent>(definition, services), ILoginNameGrain
{
    public Task<Result<LoginOwner>> ReserveAsync(ReserveLoginName command) =>
        ExecuteAsync(command, LoginNameDecisions.Reserve, LoginNameDefinition.Owner);

    public Task<Result<LoginOwner>> ActivateAsync(ActivateLoginName command) =>
        ExecuteAsync(command, LoginNameDecisions.Activate, LoginNameDefinition.Owner);

    public Task<Result<LoginOwner>> ReleaseAsync(ReleaseLoginName command) =>
        ExecuteAsync(command, LoginNameDecisions.Release, LoginNameDefinition.Owner);

    public Task<Result<LoginOwner>> FindAsync() =>
        ReadAsync<LoginOwner>((state, _) => state is { Active: true, Owner: { } owner } ? owner : CommonErrors.NotFound("account"));
}
