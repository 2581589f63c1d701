using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;
using Platform.ServiceAccounts;

namespace Platform.Grains.ServiceAccounts;

/// <summary>A service account with its keys. What changes access is signalled to this process at once.</summary>
[GrainType("service-account"), Reentrant]
internal sealed class ServiceAccountGrain(ServiceAccountDefinition definition, EntityServices services, AccessSignal access)
    : EntityGrain<ServiceAccountState, ServiceAccountEvent>(definition, services), IServiceAccountGrain
{
    public Task<Result<ServiceAccountView>> CreateAsync(CreateServiceAccount command) =>
        SignalAsync(ExecuteAsync(command, ServiceAccountDecisions.Create, ServiceAccountDefinition.View));

    public Task<Result<ServiceAccountView>> UpdateAsync(UpdateServiceAccount command) =>
        SignalAsync(ExecuteAsync(command, ServiceAccountDecisions.Update, ServiceAccountDefinition.View));

    public Task<Result<ServiceAccountView>> DisableAsync(DisableServiceAccount command) =>
        SignalAsync(ExecuteAsync(command, ServiceAccountDecisions.Disable, ServiceAccountDefinition.View));

    public Task<Result<ServiceAccountView>> EnableAsync(EnableServiceAccount command) =>
        SignalAsync(ExecuteAsync(command, ServiceAccountDecisions.Enable, ServiceAccountDefinition.View));

    public Task<Result<KeyView>> AddKeyAsync(AddKey command) =>
        SignalAsync(ExecuteAsync(command, ServiceAccountDecisions.AddKey, ServiceAccountDefinition.Key(command.KeyId)));

    public Task<Result<KeyView>> RevokeKeyAsync(RevokeKey command) =>
        SignalAsync(ExecuteAsync(command, ServiceAccountDecisions.RevokeKey, ServiceAccountDefinition.Key(command.KeyId)));

    public Task<Result<ServiceAccountView>> GetAsync() =>
        ReadAsync<ServiceAccountView>((state, version) => state.Exists ? state.ToView(Key, version) : CommonErrors.NotFound("service account"));

    public Task<Result<KeyList>> ListKeysAsync() => ReadAsync<KeyList>((state, _) => state.Exists
        ? new KeyList([.. state.Keys.Values.OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id).Select(key => key.ToView())])
        : CommonErrors.NotFound("service account"));

    public Task<Result<ServiceAccountAccess>> GetAccessAsync() =>
        ReadAsync<ServiceAccountAccess>((state, _) => state.Exists ? state.ToAccess(Time.GetUtcNow()) : CommonErrors.NotFound("service account"));

    private async Task<Result<T>> SignalAsync<T>(Task<Result<T>> command)
    {
        var result = await command;
        if (result.IsSuccess)
        {
            access.Raise(Key);
        }

        return result;
    }
}
