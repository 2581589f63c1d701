using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// The state of a wallet, in minor units of Currency, which is null before the wallet is opened. Paid is negative by at most the credit
/// limit. Head is the last hash of the chain over its transactions.
/// </summary>
public sealed record WalletState
{
    public static readonly WalletState Unopened = new();

    public Guid OwnerId { get; init; }

    public Currency? Currency { get; init; }

    public Guid? ParentId { get; init; }

    public long Paid { get; init; }

    public long Held { get; init; }

    public long Leased { get; init; }

    public long CreditLimit { get; init; }

    public ImmutableList<Credit> Credits { get; init; } = [];

    public ImmutableDictionary<Guid, OpenHold> Holds { get; init; } = ImmutableDictionary<Guid, OpenHold>.Empty;

    /// <summary>The last holds that ended, so that a second attempt gets an error that tells how the hold ended.</summary>
    public ImmutableList<EndedHold> Ended { get; init; } = [];

    /// <summary>The refunded and reversed amounts by transaction.</summary>
    public ImmutableDictionary<Guid, long> GivenBack { get; init; } = ImmutableDictionary<Guid, long>.Empty;

    /// <summary>Of a child: how much it leases from its parent at a time; 0 if its budget has ended.</summary>
    public long Slice { get; init; }

    /// <summary>Of a child: the total it was leased and has not given back.</summary>
    public long LeaseTotal { get; init; }

    /// <summary>Of a parent: the leases by child.</summary>
    public ImmutableDictionary<Guid, Lease> Leases { get; init; } = ImmutableDictionary<Guid, Lease>.Empty;

    public SpendingLimits Limits { get; init; } = SpendingLimits.None;

    public Spending Spending { get; init; } = Spending.None;

    /// <summary>Nothing expires before this.</summary>
    public DateTimeOffset? DueFrom { get; init; }

    public long Sequence { get; init; }

    public WalletStatus Status { get; init; }

    public string? FrozenReason { get; init; }

    public Digest Head { get; init; }

    /// <summary>All remaining promotional credit, including expired credit that is not yet removed.</summary>
    [JsonIgnore]
    public long Promotional
    {
        get
        {
            var sum = 0L;
            foreach (var credit in Credits)
            {
                sum += credit.Remaining;
            }

            return sum;
        }
    }

    [JsonIgnore]
    public long Balance => checked(Paid + Promotional + Held + Leased);

    /// <summary>What may be spent: paid and promotional money plus the credit limit.</summary>
    [JsonIgnore]
    public long Available => checked(Paid + Promotional + CreditLimit);

    /// <summary>What may be transferred to another wallet, which excludes promotional credit.</summary>
    [JsonIgnore]
    public long Transferable => checked(Paid + CreditLimit);

    /// <summary>Of a child: the total it has spent of its leases.</summary>
    [JsonIgnore]
    public long LeaseSpent => checked(LeaseTotal - Paid - Held);

    public WalletState Apply(WalletEvent @event) => @event switch
    {
        WalletMoved moved => WalletFold.Move(this, moved),
        WalletOpened opened => this with { OwnerId = opened.OwnerId, Currency = Platform.Currency.Parse(opened.Currency) },
        LimitsSet set => this with { CreditLimit = set.CreditLimit, Limits = SpendingLimits.Of(set) },
        BudgetSet budget => this with { ParentId = budget.ParentId, Slice = budget.Slice },
        CreditsDropped dropped => this with { Credits = Credits.RemoveAll(credit => dropped.Buckets.Contains(credit.Bucket)) },
        WalletFrozen frozen => this with { Status = WalletStatus.Frozen, FrozenReason = frozen.Reason },
        WalletUnfrozen => this with { Status = WalletStatus.Active, FrozenReason = null },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a wallet."),
    };

    /// <summary>Converts the state to the view at an instant. Expired credit that is not yet removed does not count as available.</summary>
    public WalletView ToView(EntityKey key, long version, DateTimeOffset now)
    {
        var currency = Currency ?? throw new InvalidOperationException("The wallet is not open.");
        var expired = Credits.Sum(credit => credit.IsDue(now) ? credit.Remaining : 0);
        return new WalletView(
            key.Id, OwnerId, key.OrganisationId, ParentId, currency.Code, new Money(Balance, currency), new Money(Held, currency),
            new Money(Available - expired, currency), new Money(CreditLimit, currency), Status, version, new Money(Promotional, currency),
            new Money(Leased, currency), Sequence, Limits.ToView(currency), FrozenReason,
            ParentId is null ? null : new Money(Slice, currency));
    }
}

/// <summary>A grant of promotional credit. Bucket is the sequence of the granting transaction.</summary>
public sealed record Credit(long Bucket, Guid Id, long Remaining, int Priority, DateTimeOffset? ExpiresAt)
{
    public bool IsDue(DateTimeOffset now) => ExpiresAt <= now;
}

/// <summary>An open hold with the buckets it reserved, in spending order, and the day it counts on.</summary>
public sealed record OpenHold(long Amount, DateTimeOffset ExpiresAt, IReadOnlyList<Part> Parts, int? Day, string? ActivityType);

public sealed record EndedHold(Guid Id, TransactionType End);

/// <summary>An amount of one bucket; bucket 0 is paid money.</summary>
public readonly record struct Part(long Bucket, long Amount);
