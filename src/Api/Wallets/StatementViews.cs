using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// The transactions of a wallet in [from, to), in the order they took effect, as known at asKnownAt. Opening plus all changes is closing.
/// Repeating the query with the same asKnownAt returns the same bytes.
/// </summary>
public sealed record Statement(
    Guid WalletId, string Currency, DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset AsKnownAt, Money Opening,
    IReadOnlyList<StatementEntry> Lines, Money Credits, Money Debits, Money Closing, long Count);

/// <summary>
/// A line of a statement. Change is the signed effect on the balance; placing or releasing a hold has none. SubUser is set for leases and
/// settlements of a sub-user.
/// </summary>
public sealed record StatementEntry(
    long Sequence, DateTimeOffset At, DateTimeOffset KnownAt, Guid TransactionId, TransactionType Type, Money Amount, Money Change,
    Money Balance,
    string? Reference, string? Reason, StatementSubUser? SubUser);

/// <summary>A sub-user with a budget, and the sub-user's wallet.</summary>
public sealed record StatementSubUser(Guid UserId, Guid WalletId);

/// <summary>The balance of a wallet at a time, as known at another. Available does not include the credit limit.</summary>
public sealed record BalanceAt(
    Guid WalletId, DateTimeOffset At, DateTimeOffset AsKnownAt, Money Balance, Money Held, Money Leased, Money Available, long Sequence);

/// <summary>The wallet and period of a statement, with its opening balance in minor units.</summary>
public sealed record StatementHead(
    Guid WalletId, Currency Currency, DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset AsKnownAt, long Opening);

/// <summary>The running totals of a statement, in minor units.</summary>
public readonly record struct StatementSum(long Balance, long Credits, long Debits, long Count)
{
    public StatementSum Add(long change) => new(
        checked(Balance + change), checked(Credits + Math.Max(0, change)), checked(Debits - Math.Min(0, change)), Count + 1);
}
