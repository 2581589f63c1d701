using Platform.Access;
using Platform.Grains.Engine.Audit;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// The audit entries of a user's events. Ordinary refreshes and rehashed passwords are not audited, because no person caused them.
/// </summary>
public static class UserAudit
{
    /// <summary>Oneself is true if the actor is the user.</summary>
    public static IReadOnlyList<AuditEntry> Of(UserState before, UserState after, IReadOnlyList<UserEvent> events, bool oneself) =>
        events is [var @event]
            ? Of(before, after, @event, oneself)
            : [.. events.SelectMany(@event => Of(before, after, @event, oneself))];

    private static IReadOnlyList<AuditEntry> Of(UserState before, UserState after, UserEvent @event, bool oneself) => @event switch
    {
        UserRegistered r =>
            [AuditEntry.Of("user.registered", ("email", r.Email), ("tier", r.Tier), ("parentId", r.ParentId)), .. Grants(before, after)],
        UserInvited i =>
            [AuditEntry.Of("user.invited", ("email", i.Email), ("tier", i.Tier), ("parentId", i.ParentId)), .. Grants(before, after)],
        ProfileUpdated => AuditEntry.Changed(
            "user.updated",
            ("displayName", before.DisplayName, after.DisplayName), ("language", before.Profile.Language, after.Profile.Language),
            ("locale", before.Profile.Locale, after.Profile.Locale), ("currency", before.Profile.Currency, after.Profile.Currency),
            ("timeZone", before.Profile.TimeZone, after.Profile.TimeZone)),
        UserDisabled d => [AuditEntry.Of("user.disabled", ("reason", d.Reason))],
        UserEnabled => [AuditEntry.Of("user.enabled")],
        GrantsSet => [.. Grants(before, after)],
        TierSet => [.. AuditEntry.Changed("user.tier-changed", ("tier", before.Tier, after.Tier)), .. Grants(before, after)],
        PasswordChanged => [AuditEntry.Of("user.password-changed")],
        MailTokenIssued m => [AuditEntry.Of("user.mail-requested", ("purpose", m.Purpose), ("newEmail", m.NewEmail))],
        InvitationAccepted => [AuditEntry.Of("user.invitation-accepted")],
        EmailConfirmed => [AuditEntry.Of("user.email-verified")],
        EmailChanged => AuditEntry.Changed("user.email-changed", ("email", before.Email, after.Email)),
        AddressReleased => [AuditEntry.Of("user.address-released", ("email", before.Email))],
        SessionStarted s => [AuditEntry.Of("user.signed-in", ("sessionId", s.SessionId), ("method", s.Method), ("acr", s.Acr))],
        SessionEnded e =>
        [
            AuditEntry.Of("user.session-ended", ("sessionId", e.SessionId), ("reason", e.Reason)) with
            {
                Code = e.Reason == SessionEnded.Reused ? e.Reason : null,
            },
        ],
        SessionsEndedAll e => [AuditEntry.Of("user.sessions-ended", ("reason", e.Reason))],
        MfaEnabled => [AuditEntry.Of("user.mfa-enabled")],
        MfaRemoved => [AuditEntry.Of(oneself ? "user.mfa-removed" : "user.mfa-reset")],
        RecoveryCodesReplaced => [AuditEntry.Of("user.recovery-codes-replaced")],
        TotpUsed => [AuditEntry.Of("user.second-factor-used", ("method", "totp"))],
        RecoveryCodeUsed =>
            [AuditEntry.Of("user.second-factor-used", ("method", "recovery-code"), ("left", after.Mfa.RecoveryCodes.Count))],
        MfaFailed f =>
        [
            AuditEntry.Of("user.second-factor-used", ("lockedUntil", f.LockedUntil?.ToString("O"))) with
            {
                Code = IdentityErrors.InvalidCode.Code,
            },
            .. f.LockedUntil is { } until
                ? [AuditEntry.Of("user.second-factor-locked", ("until", until.ToString("O")))]
                : Array.Empty<AuditEntry>(),
        ],
        _ => [],
    };

    /// <summary>Whether the platform's staff did it to a user of another organisation.</summary>
    public static bool IsByPlatform(UserEvent @event) => @event is
        UserEnabled { ByPlatform: true } or MfaRemoved { ByPlatform: true } or SessionsEndedAll { ByPlatform: true } or
        TierSet { ByPlatform: true };

    private static IEnumerable<AuditEntry> Grants(UserState before, UserState after) =>
    [
        .. after.Grants.Except(before.Grants).Select(grant => Grant("role.granted", grant)),
        .. before.Grants.Except(after.Grants).Select(grant => Grant("role.revoked", grant)),
    ];

    private static AuditEntry Grant(string action, Grant grant) =>
        AuditEntry.Of(action, ("role", grant.Role), ("dealerId", grant.DealerId));
}
