using Platform.Grains.Engine.Entities;
using Platform.ServiceAccounts;

namespace Platform.Grains.ServiceAccounts;

/// <summary>Decides the commands of a service account. Pure. The front door checks that the caller holds the permissions.</summary>
public static class ServiceAccountDecisions
{
    public const int MaxKeysAlive = 20;
    public static readonly TimeSpan DefaultLife = TimeSpan.FromDays(90);

    public static Decision<ServiceAccountEvent> Create(
        ServiceAccountState state, CreateServiceAccount command, DecisionContext context)
    {
        if (state.Exists)
        {
            return CommonErrors.AlreadyExists("service account");
        }

        return Check(command.Name, command.Description, command.Permissions) is { } error
            ? error
            : new ServiceAccountCreated(
                Text.NameOf(command.Name), command.Description, Sorted(command.Permissions), context.Caller.ActorId, context.Now);
    }

    public static Decision<ServiceAccountEvent> Update(
        ServiceAccountState state, UpdateServiceAccount command, DecisionContext context)
    {
        if (!state.Exists)
        {
            return CommonErrors.NotFound("service account");
        }

        if (command.IfVersion is { } version && version != context.NextVersion - 1)
        {
            return CommonErrors.VersionMismatch;
        }

        var updated = new ServiceAccountUpdated(
            command.Name is null ? state.Name : Text.NameOf(command.Name),
            command.Description is "" ? null : command.Description ?? state.Description,
            command.Permissions ?? state.Permissions);
        return Check(command.Name, updated.Description, command.Permissions) is { } error
            ? error
            : updated with { Permissions = Sorted(updated.Permissions) };
    }

    public static Decision<ServiceAccountEvent> Disable(
        ServiceAccountState state, DisableServiceAccount _, DecisionContext __) =>
        !state.Exists ? CommonErrors.NotFound("service account")
        : state.Status == ServiceAccountStatus.Disabled ? ServiceAccountErrors.AlreadyDisabled
        : new ServiceAccountDisabled();

    public static Decision<ServiceAccountEvent> Enable(
        ServiceAccountState state, EnableServiceAccount _, DecisionContext __) =>
        !state.Exists ? CommonErrors.NotFound("service account")
        : state.Status != ServiceAccountStatus.Disabled ? ServiceAccountErrors.NotDisabled
        : new ServiceAccountEnabled();

    /// <summary>A disabled account may get a key, so that a leaked one can be replaced before the account is enabled again.</summary>
    public static Decision<ServiceAccountEvent> AddKey(ServiceAccountState state, AddKey command, DecisionContext context)
    {
        if (!state.Exists)
        {
            return CommonErrors.NotFound("service account");
        }

        if (!Text.IsName(command.Name))
        {
            return ServiceAccountErrors.InvalidName;
        }

        var expires = command.ExpiresAt ?? context.Now + DefaultLife;
        if (expires <= context.Now || expires > context.Now.AddYears(1))
        {
            return ServiceAccountErrors.InvalidExpiry;
        }

        if (state.Keys.ContainsKey(command.KeyId))
        {
            return CommonErrors.AlreadyExists("key");
        }

        if (state.Keys.Values.Count(key => key.IsAlive(context.Now)) >= MaxKeysAlive)
        {
            return ServiceAccountErrors.TooManyKeys;
        }

        return new KeyAdded(command.KeyId, Text.NameOf(command.Name), command.SecretHash, context.Now, expires);
    }

    public static Decision<ServiceAccountEvent> RevokeKey(ServiceAccountState state, RevokeKey command, DecisionContext context)
    {
        if (!state.Keys.TryGetValue(command.KeyId, out var key))
        {
            return CommonErrors.NotFound("key");
        }

        return key.RevokedAt is not null ? Decision<ServiceAccountEvent>.Unchanged : new KeyRevoked(key.Id, context.Now);
    }

    private static Error? Check(string? name, string? description, IReadOnlyList<string>? permissions) =>
        name is not null && !Text.IsName(name) ? ServiceAccountErrors.InvalidName
        : description is not null && !ServiceAccountRules.IsDescription(description) ? ServiceAccountErrors.InvalidDescription
        : permissions is not null && !ServiceAccountRules.ArePermissions(permissions) ? ServiceAccountErrors.InvalidPermissions
        : null;

    private static string[] Sorted(IReadOnlyList<string> permissions) => [.. permissions.Order(StringComparer.Ordinal)];
}
