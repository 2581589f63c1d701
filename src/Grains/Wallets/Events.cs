using System.Text.Json.Serialization;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>An event of a wallet. Amounts are in minor units.</summary>
[JsonDerivedType(typeof(WalletOpened), "opened")]
[JsonDerivedType(typeof(Deposited), "deposited")]
[JsonDerivedType(typeof(Charged), "charged")]
[JsonDerivedType(typeof(HoldPlaced), "held")]
[JsonDerivedType(typeof(HoldCaptured), "captured")]
[JsonDerivedType(typeof(HoldReleased), "released")]
[JsonDerivedType(typeof(HoldExpired), "hold-expired")]
[JsonDerivedType(typeof(Refunded), "refunded")]
[JsonDerivedType(typeof(Reversed), "reversed")]
[JsonDerivedType(typeof(Adjusted), "adjusted")]
[JsonDerivedType(typeof(TransferredOut), "transferred-out")]
[JsonDerivedType(typeof(TransferredIn), "transferred-in")]
[JsonDerivedType(typeof(TransferReturned), "transfer-returned")]
[JsonDerivedType(typeof(Promoted), "promoted")]
[JsonDerivedType(typeof(CreditExpired), "credit-expired")]
[JsonDerivedType(typeof(BudgetSet), "budget-set")]
[JsonDerivedType(typeof(LeasedOut), "leased-out")]
[JsonDerivedType(typeof(LeasedIn), "leased-in")]
[JsonDerivedType(typeof(LeaseGivenBack), "lease-given-back")]
[JsonDerivedType(typeof(LeaseTakenBack), "lease-taken-back")]
[JsonDerivedType(typeof(LeaseSettled), "lease-settled")]
[JsonDerivedType(typeof(CreditsDropped), "credits-dropped")]
[JsonDerivedType(typeof(LimitsSet), "limits-set")]
[JsonDerivedType(typeof(WalletFrozen), "frozen")]
[JsonDerivedType(typeof(WalletUnfrozen), "unfrozen")]
public abstract record WalletEvent;

public sealed record WalletOpened(Guid OwnerId, string Currency) : WalletEvent;

/// <summary>The limits after the change; null means unlimited.</summary>
public sealed record LimitsSet(
    long CreditLimit, long? PerTransaction, long? PerDay, long? PerMonth, IReadOnlyList<TypeLimitSet>? PerType) : WalletEvent;

public sealed record TypeLimitSet(string Type, long? PerDay, long? PerMonth);

/// <summary>Promotional credits that were used up and have expired are dropped. A refund into them expires at once.</summary>
public sealed record CreditsDropped(IReadOnlyList<long> Buckets) : WalletEvent;

public sealed record WalletFrozen(string Reason) : WalletEvent;

public sealed record WalletUnfrozen(string Reason) : WalletEvent;

public sealed record BudgetSet(Guid ParentId, long Slice) : WalletEvent;

/// <summary>
/// A transaction; the sequence counts 1, 2, 3.. per wallet. Defaults are stored as null: HeldAfter 0, AvailableAfter equal to
/// BalanceAfter, and the posting implied by the type. The event contains everything in the reply, so the reply is not stored.
/// </summary>
public abstract record WalletMoved : WalletEvent
{
    public Guid TransactionId { get; init; }

    public long Sequence { get; init; }

    public long Amount { get; init; }

    public string Currency { get; init; } = "";

    public long BalanceAfter { get; init; }

    public long? HeldAfter { get; init; }

    public long? AvailableAfter { get; init; }

    public string? Reason { get; init; }

    public string? Reference { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The related hold, transfer, credit or transaction.</summary>
    public Guid? RelatedId { get; init; }

    /// <summary>Null if it took effect when it was recorded.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    [JsonConverter(typeof(PostingsJsonConverter))]
    public IReadOnlyList<Posting>? Postings { get; init; }

    [JsonIgnore]
    public abstract TransactionType Type { get; }
}

/// <summary>A transaction that counts against the limits. Day is in the organisation's time zone, in days since 0001-01-01.</summary>
public abstract record WalletSpent : WalletMoved
{
    public int? Day { get; init; }

    public string? ActivityType { get; init; }
}

public sealed record Deposited : WalletMoved
{
    public override TransactionType Type => TransactionType.Deposit;
}

public sealed record Charged : WalletSpent
{
    public override TransactionType Type => TransactionType.Charge;
}

public sealed record HoldPlaced : WalletSpent
{
    public DateTimeOffset ExpiresAt { get; init; }

    public override TransactionType Type => TransactionType.Hold;
}

/// <summary>Amount is what was captured; the postings also release the rest.</summary>
public sealed record HoldCaptured : WalletMoved
{
    public override TransactionType Type => TransactionType.Capture;
}

public sealed record HoldReleased : WalletMoved
{
    public override TransactionType Type => TransactionType.Release;
}

public sealed record HoldExpired : WalletMoved
{
    public override TransactionType Type => TransactionType.Expiry;
}

public sealed record Refunded : WalletMoved
{
    public override TransactionType Type => TransactionType.Refund;
}

public sealed record Reversed : WalletMoved
{
    public override TransactionType Type => TransactionType.Reversal;
}

public sealed record Adjusted : WalletMoved
{
    public override TransactionType Type => TransactionType.Adjustment;
}

/// <summary>The first leg of a transfer, which records the intention. Its actor and operation are in the journal row.</summary>
public sealed record TransferredOut : WalletSpent
{
    public Guid ToWalletId { get; init; }

    public override TransactionType Type => TransactionType.TransferOut;
}

public sealed record TransferredIn : WalletMoved
{
    public Guid FromWalletId { get; init; }

    public override TransactionType Type => TransactionType.TransferIn;
}

public sealed record TransferReturned : WalletMoved
{
    /// <summary>The day on which the first leg counted against the limits.</summary>
    public int? Day { get; init; }

    public Error? Refusal { get; init; }

    public override TransactionType Type => TransactionType.TransferReturn;
}

public sealed record Promoted : WalletMoved
{
    public int Priority { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public override TransactionType Type => TransactionType.Promotion;
}

public sealed record CreditExpired : WalletMoved
{
    public override TransactionType Type => TransactionType.CreditExpiry;
}

/// <summary>
/// At the parent: money leased to a child. RelatedId is the child's wallet, ForOperation the child's command that needed the money.
/// </summary>
public sealed record LeasedOut : WalletMoved
{
    public Guid? ForOperation { get; init; }

    public override TransactionType Type => TransactionType.LeaseOut;
}

/// <summary>
/// At the child: leased money received. RelatedId is the parent's transaction. It returns if the command ForOperation is refused.
/// </summary>
public sealed record LeasedIn : WalletMoved
{
    public Guid? ForOperation { get; init; }

    public override TransactionType Type => TransactionType.LeaseIn;
}

/// <summary>At the child: unspent money given back. RelatedId is the parent's wallet, Spent the child's total spending.</summary>
public sealed record LeaseGivenBack : WalletMoved
{
    public long Spent { get; init; }

    /// <summary>The refused command that the money was drawn for.</summary>
    public Guid? ForOperation { get; init; }

    public override TransactionType Type => TransactionType.LeaseReturn;
}

/// <summary>
/// At the parent: leased money taken back. RelatedId is the child's return, or the parent's lease that was never received.
/// </summary>
public sealed record LeaseTakenBack : WalletMoved
{
    public Guid ChildId { get; init; }

    public override TransactionType Type => TransactionType.LeaseReturn;
}

/// <summary>
/// At the parent: what a child has spent or got refunded since the last settlement; the postings tell which. Spent is the child's total
/// spending, RelatedId the child's wallet. It takes effect when the child last spent.
/// </summary>
public sealed record LeaseSettled : WalletMoved
{
    public long Spent { get; init; }

    /// <summary>The child's version up to which spending is settled; null in events of earlier builds.</summary>
    public long? ChildVersion { get; init; }

    public override TransactionType Type => TransactionType.LeaseSettlement;
}
