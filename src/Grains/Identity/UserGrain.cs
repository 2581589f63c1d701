using Orleans.Concurrency;
using Platform.Grains.Common.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

[GrainType("user"), Reentrant]
internal sealed class UserGrain(UserDefinition definition, EntityServices services)
    : EntityGrain<UserState, UserEvent>(definition, services), IUserGrain
{
    public Task<Result<UserView>> RegisterAsync(RegisterUser command) =>
        ExecuteAsync(command, (state, context) => UserDecisions.Register(state, command, context));

    public Task<Result<UserView>> GetAsync() =>
        ReadAsync<UserView>((state, version) => version == 0 ? CommonErrors.NotFound("user") : state.ToView(Key, version));

    public Task<Result<UserCredentials>> GetCredentialsAsync() =>
        ReadAsync<UserCredentials>((state, version) =>
            version == 0 ? CommonErrors.NotFound("user") : new UserCredentials(state.PasswordHash, state.Tier));
}
