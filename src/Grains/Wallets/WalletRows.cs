using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>A row of table <c>wallet</c> with the newest state.</summary>
public sealed record WalletRow(EntityKey Key, WalletState State, long Version) : ReadModelRow(Key);

/// <summary>
/// A row of table <c>wallet_transaction</c>, the ledger: a transaction and the chained hash over it and all before it. At is when it took
/// effect, KnownAt when it was recorded.
/// </summary>
public sealed record WalletTransactionRow(
    EntityKey Key, long Sequence, long Version, Guid Id, short Type, string Currency, long Amount, long BalanceAfter, long HeldAfter,
    long AvailableAfter, string? Reason, string? Reference, DateTimeOffset At, DateTimeOffset KnownAt, Guid ActorId, Guid OperationId,
    Guid? RelatedId, long[] Postings, IReadOnlyDictionary<string, string>? Metadata, Digest Hash) : ReadModelRow
{
    private Digest _hash = Hash;

    public Digest Hash { get => _hash; init => _hash = value; }

    /// <summary>Creates the row of a movement, chained to the previous hash.</summary>
    public static WalletTransactionRow Of(Digest previous, WalletMoved moved, in AcceptedCommand command)
    {
        var row = Of(moved, command);
        row._hash = LedgerChain.HashOf(previous, row); // Set through the field to avoid a copy of the row.
        return row;
    }

    private static WalletTransactionRow Of(WalletMoved moved, in AcceptedCommand command) => new(
        command.Key, moved.Sequence, command.Version, moved.TransactionId, (short)moved.Type, moved.Currency, moved.Amount,
        moved.BalanceAfter,
        moved.HeldAfter ?? 0, moved.AvailableAfter ?? moved.BalanceAfter, moved.Reason, moved.Reference, moved.EffectiveAt ?? command.At,
        command.At,
        command.ActorId, command.Operation.Value, moved.RelatedId, Posting.Flatten(Wallets.Postings.Of(moved)), moved.Metadata, default);

    /// <summary>Converts the row to the transaction shown to callers, without ExpiresAt, which the ledger does not contain.</summary>
    public WalletTransaction ToTransaction()
    {
        var currency = Platform.Currency.Parse(Currency);
        return new WalletTransaction(
            Id, Key.Id, Sequence, (TransactionType)Type, new Money(Amount, currency), new Money(BalanceAfter, currency),
            new Money(AvailableAfter, currency),
            Reason, Reference, At, ActorId, new OperationId(OperationId), Metadata, new Money(HeldAfter, currency), KnownAt, RelatedId,
            Expired: WalletDecisions.Expired(Posting.Unflatten(Postings), currency));
    }

    /// <summary>Converts the row to a transaction with its ledger entries.</summary>
    public TransactionDetail ToDetail()
    {
        var currency = Platform.Currency.Parse(Currency);
        return new TransactionDetail(
            ToTransaction(),
            [
                .. Posting.Unflatten(Postings).Select(posting => new PostingView(
                    posting.From, posting.To, new Money(posting.Amount, currency), posting.Bucket == 0 ? null : posting.Bucket)),
            ],
            Convert.ToHexStringLower(Hash.ToArray()));
    }
}

/// <summary>A row of table <c>hold</c>. End is null while the hold is open.</summary>
public sealed record HoldRow(
    EntityKey Key, Guid Id, string Currency, OpenHold Hold, TransactionType? End, long Captured, long Version)
    : ReadModelRow(new EntityKey(Key.OrganisationId, Id));
