using System.Text.Json.Serialization;
using Platform.Access;

namespace Platform.Identity;

/// <summary>
/// If MustVerify is set, the user cannot sign in before the address is verified. It is nullable (null means no) so that older commands
/// stay equal.
/// </summary>
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

/// <summary>Invites a user. The token is mailed; only its SHA-256 is stored.</summary>
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

/// <summary>Changes the fields that are not null. Refused if <see cref="IfVersion"/> is set and is not the current version.</summary>
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
/// Changes the roles of a user. CheckedVersion is the version of the user against which the caller's permissions were checked. It is
/// not part of the command's content, so that a repetition after the change is the same command.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.set-grants")]
public sealed record SetGrants(
    CommandContext Context,
    [property: Id(0)] GrantChange Change,
    [property: Id(1)] long? IfVersion = null,
    [property: Id(2), JsonIgnore] long? CheckedVersion = null) : Command(Context);

/// <summary>Moves a user to another tier. Added is a role that the user gets in addition.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.set-tier")]
public sealed record SetTier(
    CommandContext Context, [property: Id(0)] UserTier Tier, [property: Id(1)] Grant? Added = null) : Command(Context);

/// <summary>A requested change of roles: exactly one of the three, whatever roles the user has when it is applied.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.grant-change")]
public sealed record GrantChange(
    [property: Id(0)] IReadOnlyList<Grant>? All, [property: Id(1)] Grant? Added, [property: Id(2)] Guid? LeftDealer)
{
    public static GrantChange To(IReadOnlyList<Grant> grants) => new(grants, null, null);

    public static GrantChange With(Grant grant) => new(null, grant, null);

    /// <summary>Removes the roles at this dealer.</summary>
    public static GrantChange Without(Guid dealerId) => new(null, null, dealerId);

    /// <summary>Returns the roles after the change, given those before it.</summary>
    public IReadOnlyList<Grant> Of(IReadOnlyList<Grant> held) =>
        All is not null ? All
        : Added is not null ? (held.Contains(Added) ? held : [.. held, Added])
        : [.. held.Where(grant => grant.DealerId != LeftDealer)];
}
