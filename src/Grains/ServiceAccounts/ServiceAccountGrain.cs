using System.Globalization;
using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.ServiceAccounts;

namespace Platform.Grains.ServiceAccounts;

/// <summary>How a service account folds, its row, and the replies.</summary>
public sealed class ServiceAccountDefinition : EntityDefinition<ServiceAccountState, ServiceAccountEvent>
{
    public static readonly Reply<ServiceAccountState, ServiceAccountEvent, ServiceAccountView> View =
        FromState(static accepted => accepted.After.ToView(accepted.Command.Key, accepted.Command.Version));

    public override string Type => "service-account";

    public override ServiceAccountState Initial => ServiceAccountState.None;

    public override ServiceAccountState Apply(ServiceAccountState state, ServiceAccountEvent @event, in AcceptedCommand command) =>
        state.Apply(@event);

    /// <summary>A key after the command.</summary>
    public static Reply<ServiceAccountState, ServiceAccountEvent, KeyView> Key(Guid keyId) =>
        FromState(accepted => accepted.After.Keys[keyId].ToView());

    protected override IReadOnlyList<ReadModelRow> Project(
        ServiceAccountState after, IReadOnlyList<ServiceAccountEvent> events, in AcceptedCommand command) =>
        [new ServiceAccountRow(command.Key, after, command.Version)];

    public override IReadOnlyList<AuditEntry> Audit(
        ServiceAccountState before, ServiceAccountState after, IReadOnlyList<ServiceAccountEvent> events,
        in AcceptedCommand command) => events switch
        {
            [ServiceAccountCreated c] => [AuditEntry.Of("service-account.created", ("name", c.Name), ("permissions", c.Permissions))],
            [ServiceAccountUpdated u] => AuditEntry.Changed(
                "service-account.updated",
                ("name", before.Name, u.Name), ("description", before.Description, u.Description),
                ("permissions", before.Permissions, u.Permissions)),
            [ServiceAccountDisabled] => [AuditEntry.Of("service-account.disabled")],
            [ServiceAccountEnabled] => [AuditEntry.Of("service-account.enabled")],
            [KeyAdded k] => [AuditEntry.Of(
                "service-account.key-added",
                ("keyId", k.KeyId), ("name", k.Name), ("expiresAt", k.ExpiresAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)))],
            [KeyRevoked k] => [AuditEntry.Of(
                "service-account.key-revoked", ("keyId", k.KeyId), ("name", after.Keys.GetValueOrDefault(k.KeyId)?.Name))],
            _ => [],
        };
}

/// <summary>A row of table <c>service_account</c>. Keys are only in the journal.</summary>
public sealed record ServiceAccountRow(EntityKey Key, ServiceAccountState State, long Version) : ReadModelRow(Key);

/// <summary>A service account with its keys. Signals each change of access to this process at once.</summary>
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
        ReadAsync<ServiceAccountView>((state, version) =>
            state.Exists ? state.ToView(Key, version) : CommonErrors.NotFound("service account"));

    public Task<Result<KeyList>> ListKeysAsync() => ReadAsync<KeyList>((state, _) => state.Exists
        ? new KeyList([
            .. state.Keys.Values.OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id).Select(key => key.ToView())])
        : CommonErrors.NotFound("service account"));

    public Task<Result<ServiceAccountAccess>> GetAccessAsync() =>
        ReadAsync<ServiceAccountAccess>((state, _) =>
            state.Exists ? state.ToAccess(Time.GetUtcNow()) : CommonErrors.NotFound("service account"));

    private Task<Result<T>> SignalAsync<T>(Task<Result<T>> command) => access.AfterAsync(command, Key);
}
