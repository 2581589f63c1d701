using System.Collections.Immutable;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>A seed that was shown and of which no code was given yet.</summary>
public sealed record PendingSeed(Guid SeedId, DateTimeOffset ExpiresAt);

/// <summary>A sign-in whose second factor is awaited.</summary>
public sealed record MfaTicket(Digest Hash, string Method, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, int Failures)
{
    public const int MaxFailures = 5;

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public bool IsGood(Digest hash, DateTimeOffset now) => ExpiresAt > now && Failures < MaxFailures && Hash.Matches(hash);
}

/// <summary>
/// The second factor of a user. The seed itself is kept sealed elsewhere; here is its id, the last step of time that was accepted,
/// and what is needed to refuse guesses: the wrong codes of the last quarter of an hour, over all sign-ins and sessions.
/// </summary>
public sealed record MfaState
{
    public const int MaxFailures = 5;

    /// <summary>More sign-ins than these do not wait for a second factor at once; the oldest is void.</summary>
    public const int MaxTickets = 20;

    public static readonly TimeSpan FailuresCount = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan LockLasts = TimeSpan.FromMinutes(15);

    public static readonly MfaState None = new();

    public Guid? SeedId { get; init; }

    public PendingSeed? Pending { get; init; }

    public long LastStep { get; init; }

    public IReadOnlyList<Digest> RecoveryCodes { get; init; } = [];

    public ImmutableDictionary<Guid, MfaTicket> Tickets { get; init; } = ImmutableDictionary<Guid, MfaTicket>.Empty;

    public IReadOnlyList<DateTimeOffset> Failures { get; init; } = [];

    public DateTimeOffset? LockedUntil { get; init; }

    public bool Enabled => SeedId is not null;

    public MfaView ToView(DateTimeOffset now) => new(SeedId, Pending is { } pending && pending.ExpiresAt > now ? pending.SeedId : null, RecoveryCodes.Count);

    /// <summary>Until when codes are not looked at; null where they are.</summary>
    public DateTimeOffset? LockAt(DateTimeOffset now) => LockedUntil is { } until && until > now ? until : null;

    public IEnumerable<DateTimeOffset> RecentFailures(DateTimeOffset now) => Failures.Where(at => now - at < FailuresCount);

    public MfaState Enable(MfaEnabled enabled) => None with { SeedId = enabled.SeedId, LastStep = enabled.Step, RecoveryCodes = enabled.RecoveryCodes };

    public MfaState Apply(MfaEvent @event) => @event switch
    {
        TotpBegun b => this with { Pending = new PendingSeed(b.SeedId, b.ExpiresAt) },
        RecoveryCodesReplaced r => this with { RecoveryCodes = r.RecoveryCodes },
        MfaTicketIssued t => this with { Tickets = Room(t.At).SetItem(t.TicketId, new MfaTicket(t.TicketHash, t.Method, t.At, t.ExpiresAt, 0)) },
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

    private ImmutableDictionary<Guid, MfaTicket> Room(DateTimeOffset now)
    {
        var alive = Tickets.RemoveRange(Tickets.Where(ticket => ticket.Value.ExpiresAt <= now).Select(ticket => ticket.Key));
        return alive.Count < MaxTickets ? alive : alive.Remove(alive.MinBy(ticket => ticket.Value.IssuedAt).Key);
    }
}
