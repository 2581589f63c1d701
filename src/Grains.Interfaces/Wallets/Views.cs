namespace Platform.Wallets;

[GenerateSerializer, Alias("platform.wallets.status")]
public enum WalletStatus
{
    Active = 0,
    Frozen = 1,
}

/// <summary>What a transaction of a wallet is. Numbers are in the ledger for life.</summary>
[GenerateSerializer, Alias("platform.wallets.transaction-type")]
public enum TransactionType
{
    Deposit = 0,
    Charge = 1,
    Hold = 2,
    Capture = 3,

    /// <summary>A hold that was voided.</summary>
    Release = 4,

    /// <summary>A hold whose time ran out.</summary>
    Expiry = 5,
    Refund = 6,
    Reversal = 7,
    Adjustment = 8,
    TransferOut = 9,
    TransferIn = 10,

    /// <summary>The first leg of a transfer, taken back because the second was refused.</summary>
    TransferReturn = 11,

    /// <summary>Promotional credit that was granted.</summary>
    Promotion = 12,

    /// <summary>Promotional credit whose time ran out.</summary>
    CreditExpiry = 13,

    /// <summary>Money of a parent that a sub-user's wallet may spend.</summary>
    LeaseOut = 14,
    LeaseIn = 15,

    /// <summary>Leased money that was not spent; on both sides.</summary>
    LeaseReturn = 16,

    /// <summary>Leased money that a sub-user has spent, at the parent.</summary>
    LeaseSettlement = 17,
}

/// <summary>The limits of a wallet; null is none.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.limits")]
public sealed record WalletLimits(
    [property: Id(0)] Money? PerTransaction,
    [property: Id(1)] Money? PerDay,
    [property: Id(2)] Money? PerMonth,
    [property: Id(3)] IReadOnlyList<TypeLimit> PerActivityType);

/// <summary>
/// A wallet as callers see it. Available is balance less held and leased plus credit limit; promotional credit is part of the
/// balance. Sequence is that of the last transaction. Slice is how much a sub-user's wallet asks its parent for at a time; null for others.
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
/// One transaction of a wallet, with the balance that it left. Sequence runs 1, 2, 3.. per wallet. At is when it took effect,
/// KnownAt when it was recorded; they differ for what was backdated. RelatedId is the hold, transfer or transaction it is about. Expired is
/// how much of it was promotional credit whose time is over, which did not come back to the wallet; null where nothing was.
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

/// <summary>How a hold stands.</summary>
public enum HoldStatus
{
    Open = 0,
    Captured = 1,
    Voided = 2,
    Expired = 3,
}

/// <summary>A hold as the list of holds shows it. Its id is that of the transaction that made it.</summary>
public sealed record HoldView(
    Guid Id, Guid WalletId, Money Amount, Money Captured, HoldStatus Status, DateTimeOffset ExpiresAt, string? ActivityType);

/// <summary>A transaction with the entries that it posted.</summary>
public sealed record TransactionDetail(WalletTransaction Transaction, IReadOnlyList<PostingView> Postings, string Hash);

/// <summary>What left one account for another. The bucket is the sequence of the grant of the promotional credit that is meant.</summary>
public sealed record PostingView(LedgerAccount From, LedgerAccount To, Money Amount, long? Bucket);
