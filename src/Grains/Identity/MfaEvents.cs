using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>An event of the second factor that callers do not see.</summary>
public abstract record MfaEvent : HiddenUserEvent;

public sealed record TotpBegun(Guid SeedId, DateTimeOffset ExpiresAt) : MfaEvent;

/// <summary>Ends every session but this one: what was opened with one factor does not outlast the second.</summary>
public sealed record MfaEnabled(Guid SeedId, long Step, IReadOnlyList<Digest> RecoveryCodes, Guid KeptSession) : UserEvent;

/// <summary>Ends every session but the one that is kept, if any.</summary>
public sealed record MfaRemoved(Guid? KeptSession, bool? ByPlatform = null) : UserEvent;

public sealed record RecoveryCodesReplaced(IReadOnlyList<Digest> RecoveryCodes) : MfaEvent;

public sealed record MfaTicketIssued(Guid TicketId, Digest TicketHash, string Method, DateTimeOffset At, DateTimeOffset ExpiresAt) : MfaEvent;

public sealed record MfaTicketSpent(Guid TicketId) : MfaEvent;

public sealed record TotpUsed(long Step) : MfaEvent;

public sealed record RecoveryCodeUsed(Digest RecoveryCode) : MfaEvent;

/// <summary>A wrong code, with a ticket or in a session. LockedUntil is set by the one that was too many.</summary>
public sealed record MfaFailed(Guid? TicketId, DateTimeOffset At, DateTimeOffset? LockedUntil) : MfaEvent;
