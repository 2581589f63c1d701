using System.Text.Json.Serialization;
using Platform.Identity;

namespace Platform.ServiceAccounts;

/// <summary>A caller that is not a person, with its own permissions and API keys. Key: organisation and account id.</summary>
[Alias("platform.service-accounts.account")]
public interface IServiceAccountGrain : IGrainWithStringKey
{
    [Alias("create")]
    Task<Result<ServiceAccountView>> CreateAsync(CreateServiceAccount command);

    [Alias("update")]
    Task<Result<ServiceAccountView>> UpdateAsync(UpdateServiceAccount command);

    /// <summary>Disables the account: its keys are rejected until it is enabled again.</summary>
    [Alias("disable")]
    Task<Result<ServiceAccountView>> DisableAsync(DisableServiceAccount command);

    [Alias("enable")]
    Task<Result<ServiceAccountView>> EnableAsync(EnableServiceAccount command);

    [Alias("add-key")]
    Task<Result<KeyView>> AddKeyAsync(AddKey command);

    /// <summary>Revokes a key for good. Repeating it changes nothing.</summary>
    [Alias("revoke-key")]
    Task<Result<KeyView>> RevokeKeyAsync(RevokeKey command);

    [Alias("get")]
    Task<Result<ServiceAccountView>> GetAsync();

    /// <summary>Newest first. Of expired and revoked keys, the oldest are forgotten.</summary>
    [Alias("list-keys")]
    Task<Result<KeyList>> ListKeysAsync();

    /// <summary>What the front door needs to authenticate a request of this account. Callers may cache it briefly.</summary>
    [Alias("get-access")]
    Task<Result<ServiceAccountAccess>> GetAccessAsync();
}

[GenerateSerializer, Immutable, Alias("platform.service-accounts.create")]
public sealed record CreateServiceAccount(
    CommandContext Context,
    [property: Id(0)] string Name,
    [property: Id(1)] string? Description,
    [property: Id(2)] IReadOnlyList<string> Permissions) : Command(Context);

/// <summary>Changes the fields that are not null. Refused if the version is no longer <see cref="IfVersion"/>.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.update")]
public sealed record UpdateServiceAccount(
    CommandContext Context,
    [property: Id(0)] string? Name,
    [property: Id(1)] string? Description,
    [property: Id(2)] IReadOnlyList<string>? Permissions,
    [property: Id(3)] long? IfVersion) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.service-accounts.disable")]
public sealed record DisableServiceAccount(CommandContext Context) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.service-accounts.enable")]
public sealed record EnableServiceAccount(CommandContext Context) : Command(Context);

/// <summary>
/// Adds a key. A repeated request generates another secret, but counts as the same command: the first secret stays valid.
/// A null ExpiresAt means the default lifetime.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.add-key")]
public sealed record AddKey(
    CommandContext Context,
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] DateTimeOffset? ExpiresAt,
    [property: Id(3), JsonIgnore] Digest SecretHash) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.service-accounts.revoke-key")]
public sealed record RevokeKey(CommandContext Context, [property: Id(0)] Guid KeyId) : Command(Context);

[GenerateSerializer, Alias("platform.service-accounts.status")]
public enum ServiceAccountStatus
{
    Active = 0,
    Disabled = 1,
}

/// <summary>A service account as callers see it. Its permissions are everything it may do.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.view")]
public sealed record ServiceAccountView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string? Description,
    [property: Id(3)] IReadOnlyList<string> Permissions,
    [property: Id(4)] ServiceAccountStatus Status,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] Guid CreatedBy,
    [property: Id(7)] long Version);

/// <summary>A key without its secret, as the journal stores it.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.key")]
public sealed record KeyView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] DateTimeOffset ExpiresAt,
    [property: Id(4)] DateTimeOffset? RevokedAt);

[GenerateSerializer, Immutable, Alias("platform.service-accounts.key-list")]
public sealed record KeyList([property: Id(0)] IReadOnlyList<KeyView> Items);

/// <summary>What authenticates a request: whether the account is enabled, its permissions, and its valid keys.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.access")]
public sealed record ServiceAccountAccess(
    [property: Id(0)] ServiceAccountStatus Status,
    [property: Id(1)] IReadOnlyList<string> Permissions,
    [property: Id(2)] IReadOnlyList<LiveKey> Keys);

/// <summary>A valid key: the hash of its secret, and when it expires.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.live-key")]
public readonly record struct LiveKey(
    [property: Id(0)] Guid Id, [property: Id(1)] Digest SecretHash, [property: Id(2)] DateTimeOffset ExpiresAt);

/// <summary>Examples for the API document.</summary>
[Examples]
public static class ServiceAccountSamples
{
    public static readonly ServiceAccountView ServiceAccount = new(
        Sample.TransactionId, "Nightly export", "Copies figures to the warehouse", ["metrics:read", "wallets:read"],
        ServiceAccountStatus.Active, Sample.At, Sample.UserId, 1);
}
