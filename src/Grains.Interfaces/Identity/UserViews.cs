using Platform.Access;

namespace Platform.Identity;

/// <summary>A user as callers see it.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.view")]
public sealed record UserView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid OrganisationId,
    [property: Id(2)] string Email,
    [property: Id(3)] string DisplayName,
    [property: Id(4)] UserTier Tier,
    [property: Id(5)] Guid? WalletId,
    [property: Id(6)] DateTimeOffset CreatedAt,
    [property: Id(7)] long Version,
    [property: Id(8)] UserStatus Status,
    [property: Id(9)] bool EmailVerified,
    [property: Id(10)] Guid? ParentId,
    [property: Id(11)] UserProfile Profile,
    [property: Id(12)] IReadOnlyList<Grant> Grants,
    [property: Id(13)] bool MfaEnabled);

/// <summary>
/// What the front door needs to authorise a request: status, tier, roles and live sessions. Epoch rises with every change of roles.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.access")]
public sealed record UserAccess(
    [property: Id(0)] UserStatus Status,
    [property: Id(1)] UserTier Tier,
    [property: Id(2)] IReadOnlyList<Grant> Grants,
    [property: Id(3)] long Epoch,
    [property: Id(4)] IReadOnlyList<LiveSession> Sessions,
    [property: Id(5)] bool MfaEnabled,
    [property: Id(6)] Guid? ParentId,
    [property: Id(7)] long Version);

/// <summary>A session that lasts until it expires, unless it is ended.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.live-session")]
public readonly record struct LiveSession([property: Id(0)] Guid Id, [property: Id(1)] DateTimeOffset ExpiresAt);
