using System.Collections.Immutable;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>A seed that was shown to the user but not confirmed by a code yet.</summary>
public sealed record PendingSeed(Guid SeedId, DateTimeOffset ExpiresAt);

/// <summary>A sign-in that waits for the second factor.</summary>
public sealed record MfaTicket(Digest Hash, string Method, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, int Failures)
{
    public const int MaxFailures = 5;

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public bool IsValid(Digest hash, DateTimeOffset now) => ExpiresAt > now && Failures < MaxFailures && Hash.Matches(hash);
}

/// <summary>
/// The second factor of a user. The seed itself is stored encrypted elsewhere. This holds its id, the last accepted time step, and, to
/// limit guesses, the wrong codes of the last 15 minutes over all sign-ins and sessions.
/// </summary>
public sealed record MfaState
{
    public const int MaxFailures = 5;

    /// <summary>The number of sign-ins that can wait for a second factor at once. One more voids the oldest.</summary>
    public const int MaxTickets = 20;

    public static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan LockDuration = TimeSpan.FromMinutes(15);

    public static readonly MfaState None = new();

    public Guid? SeedId { get; init; }

    public PendingSeed? Pending { get; init; }

    public long LastStep { get; init; }

    public IReadOnlyList<Digest> RecoveryCodes { get; init; } = [];

    public ImmutableDictionary<Guid, MfaTicket> Tickets { get; init; } = ImmutableDictionary<Guid, MfaTicket>.Empty;

    public IReadOnlyList<DateTimeOffset> Failures { get; init; } = [];

    public DateTimeOffset? LockedUntil { get; init; }

    public bool Enabled => SeedId is not null;

    public MfaView ToView(DateTimeOffset now) =>
        new(SeedId, Pending is { } pending && pending.ExpiresAt > now ? pending.SeedId : null, RecoveryCodes.Count);

    /// <summary>The end of the lock on codes; null if there is none.</summary>
    public DateTimeOffset? LockAt(DateTimeOffset now) => LockedUntil is { } until && until > now ? until : null;

    public IEnumerable<DateTimeOffset> RecentFailures(DateTimeOffset now) => Failures.Where(at => now - at < FailureWindow);

    public static MfaState Enable(MfaEnabled enabled) =>
        None with { SeedId = enabled.SeedId, LastStep = enabled.Step, RecoveryCodes = enabled.RecoveryCodes };

    public MfaState Apply(MfaEvent @event) => @event switch
    {
        TotpBegun b => this with { Pending = new PendingSeed(b.SeedId, b.ExpiresAt) },
        RecoveryCodesReplaced r => this with { RecoveryCodes = r.RecoveryCodes },
        MfaTicketIssued t => this with
        {
            Tickets = TicketsWithRoom(t.At).SetItem(t.TicketId, new MfaTicket(t.TicketHash, t.Method, t.At, t.ExpiresAt, 0)),
        },
        MfaTicketSpent t => this with { Tickets = Tickets.Remove(t.TicketId) },
        TotpUsed u => this with { LastStep = u.Step },
        RecoveryCodeUsed u => this with { RecoveryCodes = [.. RecoveryCodes.Where(code => code != u.RecoveryCode)] },
        MfaFailed f => this with
        {
            Failures = f.LockedUntil is null ? [.. RecentFailures(f.At), f.At] : [],
            LockedUntil = f.LockedUntil ?? LockedUntil,
            Tickets = f.TicketId is { } id && Tickets.TryGetValue(id, out var ticket)
                ? Tickets.SetItem(id, ticket with { Failures = ticket.Failures + 1 })
                : Tickets,
        },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a second factor."),
    };

    private ImmutableDictionary<Guid, MfaTicket> TicketsWithRoom(DateTimeOffset now)
    {
        var alive = Tickets.RemoveRange(Tickets.Where(ticket => ticket.Value.ExpiresAt <= now).Select(ticket => ticket.Key));
        return alive.Count < MaxTickets ? alive : alive.Remove(alive.MinBy(ticket => ticket.Value.IssuedAt).Key);
    }
}
