using Platform.Identity;

namespace Platform.ServiceAccounts;

[GenerateSerializer, Alias("platform.service-accounts.status")]
public enum ServiceAccountStatus
{
    Active = 0,
    Disabled = 1,
}

/// <summary>A service account as callers see it. Its permissions are all that it may do.</summary>
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

/// <summary>A key without its secret: this is what the journal keeps as the reply.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.key")]
public sealed record KeyView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] DateTimeOffset ExpiresAt,
    [property: Id(4)] DateTimeOffset? RevokedAt);

[GenerateSerializer, Immutable, Alias("platform.service-accounts.key-list")]
public sealed record KeyList([property: Id(0)] IReadOnlyList<KeyView> Items);

/// <summary>What admits a request: whether the account is enabled, its permissions, and the keys that are alive.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.access")]
public sealed record ServiceAccountAccess(
    [property: Id(0)] ServiceAccountStatus Status,
    [property: Id(1)] IReadOnlyList<string> Permissions,
    [property: Id(2)] IReadOnlyList<LiveKey> Keys);

/// <summary>A key that is alive until it expires, and what its secret hashes to.</summary>
[GenerateSerializer, Immutable, Alias("platform.service-accounts.live-key")]
public readonly record struct LiveKey(
    [property: Id(0)] Guid Id, [property: Id(1)] Digest SecretHash, [property: Id(2)] DateTimeOffset ExpiresAt);
