using Platform.Access;

namespace Platform.Identity;

[GenerateSerializer, Immutable, Alias("platform.identity.register")]
public sealed record RegisterUser(
    CommandContext Context,
    [property: Id(0)] string Email,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] UserTier Tier,
    [property: Id(3)] string PasswordHash,
    [property: Id(4)] Guid? WalletId,
    [property: Id(5)] Guid? ParentId = null,
    [property: Id(6)] UserProfile? Profile = null,
    [property: Id(7)] IReadOnlyList<Grant>? Grants = null) : Command(Context);

/// <summary>Invites a user: the token is mailed, only its SHA-256 is kept.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.invite")]
public sealed record InviteUser(
    CommandContext Context,
    [property: Id(0)] string Email,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] UserTier Tier,
    [property: Id(3)] Guid? WalletId,
    [property: Id(4)] Guid? ParentId,
    [property: Id(5)] UserProfile? Profile,
    [property: Id(6)] IReadOnlyList<Grant>? Grants,
    [property: Id(7)] Digest TokenHash) : Command(Context);

/// <summary>Changes what is not null. <see cref="IfVersion"/> refuses the change when the version moved on.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.update-profile")]
public sealed record UpdateProfile(
    CommandContext Context,
    [property: Id(0)] string? DisplayName,
    [property: Id(1)] UserProfile Profile,
    [property: Id(2)] long? IfVersion) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.disable")]
public sealed record DisableUser(CommandContext Context, [property: Id(0)] string? Reason) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.enable")]
public sealed record EnableUser(CommandContext Context) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.set-grants")]
public sealed record SetGrants(
    CommandContext Context, [property: Id(0)] IReadOnlyList<Grant> Grants, [property: Id(1)] long? IfVersion = null) : Command(Context);
