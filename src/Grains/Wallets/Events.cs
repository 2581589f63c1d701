using System.Text.Json.Serialization;

namespace Platform.Grains.Wallets;

/// <summary>What happened to a wallet. Amounts are minor units.</summary>
[JsonDerivedType(typeof(WalletOpened), "opened")]
[JsonDerivedType(typeof(Deposited), "deposited")]
[JsonDerivedType(typeof(Charged), "charged")]
public abstract record WalletEvent;

public sealed record WalletOpened(Guid OwnerId, string Currency) : WalletEvent;

/// <summary>
/// A movement of money; the sequence runs 1, 2, 3.. per wallet. AvailableAfter is null where it equals BalanceAfter. It says
/// all that the reply says, which therefore is not stored.
/// </summary>
public abstract record WalletMoved(
    Guid TransactionId,
    long Sequence,
    long Amount,
    string Currency,
    long BalanceAfter,
    string? Reason,
    string? Reference,
    IReadOnlyDictionary<string, string>? Metadata,
    long? AvailableAfter) : WalletEvent;

public sealed record Deposited(
    Guid TransactionId, long Sequence, long Amount, string Currency, long BalanceAfter,
    string? Reason, string? Reference, IReadOnlyDictionary<string, string>? Metadata, long? AvailableAfter = null)
    : WalletMoved(TransactionId, Sequence, Amount, Currency, BalanceAfter, Reason, Reference, Metadata, AvailableAfter);

public sealed record Charged(
    Guid TransactionId, long Sequence, long Amount, string Currency, long BalanceAfter,
    string? Reason, string? Reference, IReadOnlyDictionary<string, string>? Metadata, long? AvailableAfter = null)
    : WalletMoved(TransactionId, Sequence, Amount, Currency, BalanceAfter, Reason, Reference, Metadata, AvailableAfter);
