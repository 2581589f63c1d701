using System.Text.Json.Serialization;
using Platform.Access;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>An event of a user. Session events change nothing that a list of users shows.</summary>
[JsonDerivedType(typeof(UserRegistered), "registered")]
[JsonDerivedType(typeof(UserInvited), "invited")]
[JsonDerivedType(typeof(ProfileUpdated), "profile-updated")]
[JsonDerivedType(typeof(UserDisabled), "disabled")]
[JsonDerivedType(typeof(UserEnabled), "enabled")]
[JsonDerivedType(typeof(GrantsSet), "grants-set")]
[JsonDerivedType(typeof(TierSet), "tier-set")]
[JsonDerivedType(typeof(PasswordChanged), "password-changed")]
[JsonDerivedType(typeof(PasswordRehashed), "password-rehashed")]
[JsonDerivedType(typeof(MailTokenIssued), "mail-token-issued")]
[JsonDerivedType(typeof(InvitationAccepted), "invitation-accepted")]
[JsonDerivedType(typeof(EmailConfirmed), "email-verified")]
[JsonDerivedType(typeof(EmailChanged), "email-changed")]
[JsonDerivedType(typeof(AddressReleased), "address-released")]
[JsonDerivedType(typeof(SessionStarted), "session-started")]
[JsonDerivedType(typeof(SessionRefreshed), "session-refreshed")]
[JsonDerivedType(typeof(SessionEnded), "session-ended")]
[JsonDerivedType(typeof(SessionsEndedAll), "sessions-ended")]
[JsonDerivedType(typeof(TotpBegun), "totp-begun")]
[JsonDerivedType(typeof(MfaEnabled), "mfa-enabled")]
[JsonDerivedType(typeof(MfaRemoved), "mfa-removed")]
[JsonDerivedType(typeof(RecoveryCodesReplaced), "recovery-codes-replaced")]
[JsonDerivedType(typeof(MfaTicketIssued), "mfa-ticket-issued")]
[JsonDerivedType(typeof(MfaTicketSpent), "mfa-ticket-spent")]
[JsonDerivedType(typeof(TotpUsed), "totp-used")]
[JsonDerivedType(typeof(RecoveryCodeUsed), "recovery-code-used")]
[JsonDerivedType(typeof(MfaFailed), "mfa-failed")]
public abstract record UserEvent;

/// <summary>An event of sessions or credentials. It does not change what callers see of the user.</summary>
public abstract record HiddenUserEvent : UserEvent;

public sealed record UserRegistered(
    string Email, string DisplayName, UserTier Tier, string PasswordHash, Guid? WalletId, DateTimeOffset At,
    Guid? ParentId = null, UserProfile? Profile = null, IReadOnlyList<Grant>? Grants = null, bool? MustVerify = null) : UserEvent
{
    /// <summary>
    /// The account was created for an external identity and has no password. Earlier builds gave it a random password that nobody knew;
    /// only they created sub-users without a parent, which is how such an account is recognised.
    /// </summary>
    [JsonIgnore]
    public bool IsExternal => PasswordHash.Length == 0 || (Tier == UserTier.SubUser && ParentId is null);
}

public sealed record UserInvited(
    string Email, string DisplayName, UserTier Tier, Guid? WalletId, Guid? ParentId, UserProfile? Profile, IReadOnlyList<Grant>? Grants,
    Digest TokenHash, DateTimeOffset ExpiresAt, DateTimeOffset At) : UserEvent;

/// <summary>The profile after the change.</summary>
public sealed record ProfileUpdated(string DisplayName, UserProfile Profile) : UserEvent;

/// <summary>Ends every session.</summary>
public sealed record UserDisabled(string? Reason) : UserEvent;

/// <summary>ByPlatform is true if a super admin did it, here and in the events below.</summary>
public sealed record UserEnabled(bool? ByPlatform = null) : UserEvent;

public sealed record GrantsSet(IReadOnlyList<Grant> Grants) : UserEvent;

/// <summary>The tier after the change, and a role that is granted with it.</summary>
public sealed record TierSet(UserTier Tier, Grant? Added = null, bool? ByPlatform = null) : UserEvent;

/// <summary>A change or a reset. Ends every session and whatever else depends on the password (<see cref="MailTokenRules"/>).</summary>
public sealed record PasswordChanged(string PasswordHash) : HiddenUserEvent;

public sealed record PasswordRehashed(string PasswordHash) : HiddenUserEvent;

public sealed record MailTokenIssued(
    MailTokenPurpose Purpose, Digest TokenHash, DateTimeOffset ExpiresAt, string? NewEmail) : HiddenUserEvent;

public sealed record InvitationAccepted(string PasswordHash, string DisplayName) : UserEvent;

public sealed record EmailConfirmed : UserEvent;

public sealed record EmailChanged(string Email) : UserEvent;

/// <summary>
/// Somebody who receives mail at the address removed it from an account that had never verified it. Email is the placeholder that
/// replaces it. Ends every session.
/// </summary>
public sealed record AddressReleased(string Email) : UserEvent;

public sealed record SessionStarted(
    Guid SessionId, Digest TokenHash, string Method, string Acr, string? Address, string? UserAgent, DateTimeOffset At,
    DateTimeOffset ExpiresAt, string? Place = null) : HiddenUserEvent;

/// <summary>
/// Proved is true if the directory confirmed the user of a session that began there. Address and UserAgent are set only if they
/// changed.
/// </summary>
public sealed record SessionRefreshed(
    Guid SessionId, Digest SuccessorHash, byte[] SealedSuccessor, DateTimeOffset At, bool Proved = false, string? Address = null,
    string? UserAgent = null) : HiddenUserEvent;

/// <summary>Reason: signed-out, revoked, refresh-token-reused, or dropped-by-directory.</summary>
public sealed record SessionEnded(Guid SessionId, string Reason) : HiddenUserEvent
{
    /// <summary>A used refresh token was used again, so one was stolen.</summary>
    public const string Reused = "refresh-token-reused";
}

public sealed record SessionsEndedAll(string Reason, bool? ByPlatform = null) : HiddenUserEvent;
