using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>An event of the second factor that does not change what callers see.</summary>
public abstract record MfaEvent : HiddenUserEvent;

public sealed record TotpBegun(Guid SeedId, DateTimeOffset ExpiresAt) : MfaEvent;

/// <summary>Ends every session but this one: sessions opened with one factor must not continue.</summary>
public sealed record MfaEnabled(Guid SeedId, long Step, IReadOnlyList<Digest> RecoveryCodes, Guid KeptSession) : UserEvent;

/// <summary>Ends every session, except the one to keep, if any.</summary>
public sealed record MfaRemoved(Guid? KeptSession, bool? ByPlatform = null) : UserEvent;

public sealed record RecoveryCodesReplaced(IReadOnlyList<Digest> RecoveryCodes) : MfaEvent;

public sealed record MfaTicketIssued(
    Guid TicketId, Digest TicketHash, string Method, DateTimeOffset At, DateTimeOffset ExpiresAt) : MfaEvent;

public sealed record MfaTicketSpent(Guid TicketId) : MfaEvent;

public sealed record TotpUsed(long Step) : MfaEvent;

public sealed record RecoveryCodeUsed(Digest RecoveryCode) : MfaEvent;

/// <summary>A wrong code, for a ticket or in a session. LockedUntil is set by the failure that reaches the limit.</summary>
public sealed record MfaFailed(Guid? TicketId, DateTimeOffset At, DateTimeOffset? LockedUntil) : MfaEvent;
