using System.Text.Json.Serialization;
using Platform.Identity;

namespace Platform.ServiceAccounts;

/// <summary>A caller that is no person, with the permissions that it was given and keys of its own. Key: organisation and account id.</summary>
[Alias("platform.service-accounts.account")]
public interface IServiceAccountGrain : IGrainWithStringKey
{
    [Alias("create")]
    Task<Result<ServiceAccountView>> CreateAsync(CreateServiceAccount command);

    [Alias("update")]
    Task<Result<ServiceAccountView>> UpdateAsync(UpdateServiceAccount command);

    /// <summary>No key of the account admits anybody until it is enabled again.</summary>
    [Alias("disable")]
    Task<Result<ServiceAccountView>> DisableAsync(DisableServiceAccount command);

    [Alias("enable")]
    Task<Result<ServiceAccountView>> EnableAsync(EnableServiceAccount command);

    [Alias("add-key")]
    Task<Result<KeyView>> AddKeyAsync(AddKey command);

    /// <summary>Ends a key for good; again changes nothing.</summary>
    [Alias("revoke-key")]
    Task<Result<KeyView>> RevokeKeyAsync(RevokeKey command);

    [Alias("get")]
    Task<Result<ServiceAccountView>> GetAsync();

    /// <summary>The latest first; those that are over for longest are forgotten.</summary>
    [Alias("list-keys")]
    Task<Result<KeyList>> ListKeysAsync();

    /// <summary>What the front door needs to admit a request of this account; it may be kept for a moment.</summary>
    [Alias("get-access")]
    Task<Result<ServiceAccountAccess>> GetAccessAsync();
}

[GenerateSerializer, Immutable, Alias("platform.service-accounts.create")]
public sealed record CreateServiceAccount(
    CommandContext Context,
    [property: Id(0)] string Name,
    [property: Id(1)] string? Description,
    [property: Id(2)] IReadOnlyList<string> Permissions) : Command(Context);

/// <summary>Changes what is not null. <see cref="IfVersion"/> refuses the change when the version moved on.</summary>
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
/// Adds a key. A repetition of the request has drawn another secret and is the same command nevertheless: the first one stands.
/// ExpiresAt null is the default lifetime.
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
