using Platform.Access;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>Decides about a user's profile, status and roles. Pure.</summary>
public static class UserDecisions
{
    public const int MaxGrants = 100;

    /// <summary>How long an invitation is valid.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    public static Decision<UserEvent> Register(UserState state, RegisterUser command, DecisionContext context)
    {
        if (state.Exists)
        {
            return CommonErrors.AlreadyExists("user");
        }

        return Check(command.Email, command.DisplayName, command.Profile, command.Grants, out var email) is { } error
            ? error
            : new UserRegistered(
                email, Text.NameOf(command.DisplayName), command.Tier, command.PasswordHash, command.WalletId, context.Now,
                command.ParentId, command.Profile, command.Grants, command.MustVerify);
    }

    public static Decision<UserEvent> Invite(UserState state, InviteUser command, DecisionContext context)
    {
        if (state.Exists && state.Status != UserStatus.Invited)
        {
            return IdentityErrors.AlreadyActive;
        }

        return Check(command.Email, command.DisplayName, command.Profile, command.Grants, out var email) is { } error
            ? error
            : new UserInvited(
                email, Text.NameOf(command.DisplayName), command.Tier, command.WalletId, command.ParentId, command.Profile, command.Grants,
                command.TokenHash, context.Now + InvitationLifetime, context.Now);
    }

    public static Decision<UserEvent> UpdateProfile(UserState state, UpdateProfile command, DecisionContext _)
    {
        if (!state.Exists)
        {
            return CommonErrors.NotFound("user");
        }

        if (command.IfVersion is { } version && version != state.Revision)
        {
            return CommonErrors.VersionMismatch;
        }

        var (change, current) = (command.Profile, state.Profile);
        var updated = new ProfileUpdated(
            command.DisplayName is null ? state.DisplayName : Text.NameOf(command.DisplayName),
            new UserProfile(
                change.Language ?? current.Language, change.Locale ?? current.Locale, change.Currency ?? current.Currency,
                change.TimeZone ?? current.TimeZone));

        // The current display name was valid when it was set, so only a new one is checked.
        return command.DisplayName is not null && !Text.IsName(command.DisplayName) ? IdentityErrors.InvalidDisplayName
            : !IsProfile(updated.Profile) ? IdentityErrors.InvalidProfile
            : updated;
    }

    public static Decision<UserEvent> Disable(UserState state, DisableUser command, DecisionContext _) =>
        !state.Exists ? CommonErrors.NotFound("user")
        : state.Status == UserStatus.Disabled ? IdentityErrors.AlreadyDisabled
        : new UserDisabled(command.Reason);

    public static Decision<UserEvent> Enable(UserState state, EnableUser _, DecisionContext context) =>
        !state.Exists ? CommonErrors.NotFound("user")
        : state.Status != UserStatus.Disabled ? IdentityErrors.NotDisabled
        : new UserEnabled(context.ByPlatform);

    public static Decision<UserEvent> SetTier(UserState state, SetTier command, DecisionContext context) =>
        !state.Exists ? CommonErrors.NotFound("user")
        : state.Tier == command.Tier ? Decision<UserEvent>.Unchanged
        : new TierSet(command.Tier, command.Added, context.ByPlatform);

    public static Decision<UserEvent> SetGrants(UserState state, SetGrants command, DecisionContext _)
    {
        if (!state.Exists)
        {
            return CommonErrors.NotFound("user");
        }

        if ((command.IfVersion ?? state.Revision) != state.Revision || (command.CheckedVersion ?? state.Revision) != state.Revision)
        {
            return CommonErrors.VersionMismatch;
        }

        var grants = command.Change.Of(state.Grants);
        return AreGrants(grants) ? new GrantsSet(grants) : IdentityErrors.InvalidGrants;
    }

    private static Error? Check(
        string email, string displayName, UserProfile? profile, IReadOnlyList<Grant>? grants, out string normalised) =>
        !LoginName.TryNormalise(email, out normalised) ? IdentityErrors.InvalidEmail
        : !Text.IsName(displayName) ? IdentityErrors.InvalidDisplayName
        : profile is not null && !IsProfile(profile) ? IdentityErrors.InvalidProfile
        : grants is not null && !AreGrants(grants) ? IdentityErrors.InvalidGrants
        : null;

    private static bool AreGrants(IReadOnlyList<Grant> grants) =>
        grants.Count <= MaxGrants && grants.Distinct().Count() == grants.Count && grants.All(grant => grant.Role.Length is > 0 and <= 64);

    private static bool IsProfile(UserProfile profile) =>
        (profile.Language is null || Text.IsLanguageTag(profile.Language)) &&
        (profile.Locale is null || Text.IsLanguageTag(profile.Locale)) &&
        (profile.Currency is null || Currency.TryParse(profile.Currency, out _)) &&
        (profile.TimeZone is null || TimeZones.Find(profile.TimeZone) is not null);
}
