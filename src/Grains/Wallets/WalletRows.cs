using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>A row of table <c>wallet</c>: the newest state. DueFrom is when something of it expires.</summary>
public sealed record WalletRow(EntityKey Key, WalletState State, long Version) : ReadModelRow(Key);

/// <summary>
/// A row of table <c>wallet_transaction</c>, the ledger: what a transaction says and the hash over it and all before it. At is when it
/// took effect, KnownAt when it was recorded.
/// </summary>
public sealed record WalletTransactionRow(
    EntityKey Key, long Sequence, long Version, Guid Id, short Type, string Currency, long Amount, long BalanceAfter, long HeldAfter, long AvailableAfter,
    string? Reason, string? Reference, DateTimeOffset At, DateTimeOffset KnownAt, Guid ActorId, Guid OperationId, Guid? RelatedId, long[] Postings,
    IReadOnlyDictionary<string, string>? Metadata, Digest Hash) : ReadModelRow
{
    private Digest _hash = Hash;

    public Digest Hash { get => _hash; init => _hash = value; }

    /// <summary>The row of a movement that follows on the one with the previous hash.</summary>
    public static WalletTransactionRow Of(Digest previous, WalletMoved moved, in AcceptedCommand command)
    {
        var row = Of(moved, command);
        row._hash = LedgerChain.HashOf(previous, row); // Set here, so that the row need not be copied for it.
        return row;
    }

    private static WalletTransactionRow Of(WalletMoved moved, in AcceptedCommand command) => new(
        command.Key, moved.Sequence, command.Version, moved.TransactionId, (short)moved.Type, moved.Currency, moved.Amount, moved.BalanceAfter,
        moved.HeldAfter ?? 0, moved.AvailableAfter ?? moved.BalanceAfter, moved.Reason, moved.Reference, moved.EffectiveAt ?? command.At, command.At,
        command.ActorId, command.Operation.Value, moved.RelatedId, Posting.Flatten(Wallets.Postings.Of(moved)), moved.Metadata, default);

    /// <summary>As callers see it. When a hold or credit expires is told by the hold or credit.</summary>
    public WalletTransaction ToTransaction()
    {
        var currency = Platform.Currency.Parse(Currency);
        return new WalletTransaction(
            Id, Key.Id, Sequence, (TransactionType)Type, new Money(Amount, currency), new Money(BalanceAfter, currency), new Money(AvailableAfter, currency),
            Reason, Reference, At, ActorId, new OperationId(OperationId), Metadata, new Money(HeldAfter, currency), KnownAt, RelatedId,
            Expired: WalletDecisions.Expired(Posting.Unflatten(Postings), currency));
    }

    /// <summary>With the entries that it posted.</summary>
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

/// <summary>A row of table <c>hold</c>. Captured is null while it is open.</summary>
public sealed record HoldRow(
    EntityKey Key, Guid Id, string Currency, OpenHold Hold, TransactionType? End, long Captured, long Version)
    : ReadModelRow(new EntityKey(Key.OrganisationId, Id));
