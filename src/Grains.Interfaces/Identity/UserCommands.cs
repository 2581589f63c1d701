using System.Text.Json.Serialization;
using Platform.Access;

namespace Platform.Identity;

/// <summary>MustVerify: nobody signs in before the address is verified. Null is no, so that earlier commands are still the same ones.</summary>
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
    [property: Id(7)] IReadOnlyList<Grant>? Grants = null,
    [property: Id(8)] bool? MustVerify = null) : Command(Context);

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

/// <summary>
/// Changes the roles of a user. CheckedVersion is the one against which the caller's right to do so was checked; it is no part of what
/// was asked for, so that a repetition after the change is the same command.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.set-grants")]
public sealed record SetGrants(
    CommandContext Context,
    [property: Id(0)] GrantChange Change,
    [property: Id(1)] long? IfVersion = null,
    [property: Id(2), JsonIgnore] long? CheckedVersion = null) : Command(Context);

/// <summary>Moves a user to another tier. Added is a role that the user holds from then on besides those that they hold.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.set-tier")]
public sealed record SetTier(CommandContext Context, [property: Id(0)] UserTier Tier, [property: Id(1)] Grant? Added = null) : Command(Context);

/// <summary>What is to become of a user's roles, as it was asked for: one of these, whatever the user holds by then.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.grant-change")]
public sealed record GrantChange(
    [property: Id(0)] IReadOnlyList<Grant>? All, [property: Id(1)] Grant? Added, [property: Id(2)] Guid? LeftDealer)
{
    public static GrantChange To(IReadOnlyList<Grant> grants) => new(grants, null, null);

    public static GrantChange With(Grant grant) => new(null, grant, null);

    /// <summary>Without the roles at this dealer.</summary>
    public static GrantChange Without(Guid dealerId) => new(null, null, dealerId);

    /// <summary>What a user who holds these roles holds after it.</summary>
    public IReadOnlyList<Grant> Of(IReadOnlyList<Grant> held) =>
        All is not null ? All
        : Added is not null ? (held.Contains(Added) ? held : [.. held, Added])
        : [.. held.Where(grant => grant.DealerId != LeftDealer)];
}
