using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// What happened to a wallet in [from, to), in the order in which it took effect, as it was known at an instant: opening and the
/// changes of all lines make closing. The same question with the same asKnownAt is answered with the same bytes.
/// </summary>
public sealed record Statement(
    Guid WalletId, string Currency, DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset AsKnownAt, Money Opening,
    IReadOnlyList<StatementEntry> Lines, Money Credits, Money Debits, Money Closing, long Count);

/// <summary>
/// One line. Change is signed and what the transaction did to the balance; what is set aside or given back by a hold does nothing to it.
/// SubUser is who was leased money, or has spent it.
/// </summary>
public sealed record StatementEntry(
    long Sequence, DateTimeOffset At, DateTimeOffset KnownAt, Guid TransactionId, TransactionType Type, Money Amount, Money Change, Money Balance,
    string? Reference, string? Reason, StatementSubUser? SubUser);

/// <summary>A sub-user under a budget, and the wallet that spends.</summary>
public sealed record StatementSubUser(Guid UserId, Guid WalletId);

/// <summary>How a wallet stood at an instant, as it was known at another. Available is without what a credit limit adds.</summary>
public sealed record BalanceAt(
    Guid WalletId, DateTimeOffset At, DateTimeOffset AsKnownAt, Money Balance, Money Held, Money Leased, Money Available, long Sequence);

/// <summary>What a statement is of.</summary>
public sealed record StatementHead(
    Guid WalletId, Currency Currency, DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset AsKnownAt, long Opening);

/// <summary>What the lines of a statement come to so far, in minor units.</summary>
public readonly record struct StatementSum(long Balance, long Credits, long Debits, long Count)
{
    public StatementSum Add(long change) => new(
        checked(Balance + change), checked(Credits + Math.Max(0, change)), checked(Debits - Math.Min(0, change)), Count + 1);
}
