namespace Platform.Wallets;

[GenerateSerializer, Alias("platform.wallets.status")]
public enum WalletStatus
{
    Active = 0,
    Frozen = 1,
}

/// <summary>The type of a wallet transaction. The numbers are stored in the ledger and must never change.</summary>
[GenerateSerializer, Alias("platform.wallets.transaction-type")]
public enum TransactionType
{
    Deposit = 0,
    Charge = 1,
    Hold = 2,
    Capture = 3,

    /// <summary>The release of a voided hold.</summary>
    Release = 4,

    /// <summary>The release of an expired hold.</summary>
    Expiry = 5,
    Refund = 6,
    Reversal = 7,
    Adjustment = 8,
    TransferOut = 9,
    TransferIn = 10,

    /// <summary>The return of a transfer's first leg because the second was refused.</summary>
    TransferReturn = 11,

    /// <summary>A grant of promotional credit.</summary>
    Promotion = 12,

    /// <summary>The expiry of promotional credit.</summary>
    CreditExpiry = 13,

    /// <summary>A lease of a parent's money to a sub-user's wallet.</summary>
    LeaseOut = 14,
    LeaseIn = 15,

    /// <summary>The return of unspent leased money; recorded by both wallets.</summary>
    LeaseReturn = 16,

    /// <summary>Leased money that a sub-user has spent; recorded by the parent.</summary>
    LeaseSettlement = 17,
}

/// <summary>The limits of a wallet; null means unlimited.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.limits")]
public sealed record WalletLimits(
    [property: Id(0)] Money? PerTransaction,
    [property: Id(1)] Money? PerDay,
    [property: Id(2)] Money? PerMonth,
    [property: Id(3)] IReadOnlyList<TypeLimit> PerActivityType);

/// <summary>
/// A wallet. Available is the balance minus held and leased plus the credit limit; promotional credit is part of the balance. Sequence
/// is that of the last transaction. Slice is how much a sub-user's wallet leases from its parent at a time; null for other wallets.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.view")]
public sealed record WalletView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] Guid OrganisationId,
    [property: Id(3)] Guid? ParentId,
    [property: Id(4)] string Currency,
    [property: Id(5)] Money Balance,
    [property: Id(6)] Money Held,
    [property: Id(7)] Money Available,
    [property: Id(8)] Money CreditLimit,
    [property: Id(9)] WalletStatus Status,
    [property: Id(10)] long Version,
    [property: Id(11)] Money Promotional,
    [property: Id(12)] Money Leased,
    [property: Id(13)] long Sequence,
    [property: Id(14)] WalletLimits? Limits = null,
    [property: Id(15)] string? FrozenReason = null,
    [property: Id(16)] Money? Slice = null);

/// <summary>
/// A transaction of a wallet and the balance after it. Sequence counts 1, 2, 3.. per wallet. At is when it took effect, KnownAt when it
/// was recorded; they differ if it was backdated. RelatedId is the hold, transfer, credit or transaction it relates to. Expired is the
/// part that was expired promotional credit and did not return to the wallet; null if there was none.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.transaction")]
public sealed record WalletTransaction(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid WalletId,
    [property: Id(2)] long Sequence,
    [property: Id(3)] TransactionType Type,
    [property: Id(4)] Money Amount,
    [property: Id(5)] Money BalanceAfter,
    [property: Id(6)] Money AvailableAfter,
    [property: Id(7)] string? Reason,
    [property: Id(8)] string? Reference,
    [property: Id(9)] DateTimeOffset At,
    [property: Id(10)] Guid ActorId,
    [property: Id(11)] OperationId OperationId,
    [property: Id(12)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(13)] Money HeldAfter,
    [property: Id(14)] DateTimeOffset KnownAt,
    [property: Id(15)] Guid? RelatedId = null,
    [property: Id(16)] DateTimeOffset? ExpiresAt = null,
    [property: Id(17)] Money? Expired = null);

/// <summary>The status of a hold.</summary>
public enum HoldStatus
{
    Open = 0,
    Captured = 1,
    Voided = 2,
    Expired = 3,
}

/// <summary>A hold. Its id is that of the transaction that created it.</summary>
public sealed record HoldView(
    Guid Id, Guid WalletId, Money Amount, Money Captured, HoldStatus Status, DateTimeOffset ExpiresAt, string? ActivityType);

/// <summary>A transaction with its ledger entries and its hash in the chain.</summary>
public sealed record TransactionDetail(WalletTransaction Transaction, IReadOnlyList<PostingView> Postings, string Hash);

/// <summary>
/// An amount moved between two accounts. The bucket is the sequence of the transaction that granted the promotional credit.
/// </summary>
public sealed record PostingView(LedgerAccount From, LedgerAccount To, Money Amount, long? Bucket);
