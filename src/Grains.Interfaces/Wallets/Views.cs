namespace Platform.Wallets;

[GenerateSerializer, Alias("platform.wallets.status")]
public enum WalletStatus
{
    Active = 0,
    Frozen = 1,
}

[GenerateSerializer, Alias("platform.wallets.transaction-type")]
public enum TransactionType
{
    Deposit = 0,
    Charge = 1,
}

/// <summary>A wallet as callers see it. Available is balance less held plus credit limit.</summary>
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
    [property: Id(10)] long Version);

/// <summary>One movement of a wallet, with the balance that it left. Sequence runs 1, 2, 3.. per wallet.</summary>
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
    [property: Id(12)] IReadOnlyDictionary<string, string>? Metadata);
