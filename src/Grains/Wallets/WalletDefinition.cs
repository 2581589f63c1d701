using Platform.Grains.Common.Audit;
using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;

namespace Platform.Grains.Wallets;

/// <summary>How a wallet folds, and its rows: the balance and one row a transaction.</summary>
public sealed class WalletDefinition : EntityDefinition<WalletState, WalletEvent>
{
    public override string Type => "wallet";

    public override WalletState Initial => WalletState.Unopened;

    public override bool RemembersRefusals => true;

    public override WalletState Apply(WalletState state, WalletEvent @event) => state.Apply(@event);

    public override IReadOnlyList<ReadModelRow> Project(WalletState after, IReadOnlyList<WalletEvent> events, in Projected command)
    {
        var rows = new List<ReadModelRow>(events.Count + 1)
        {
            new WalletRow(command.Key, after.OwnerId, after.Currency!.Value.Code, after.Balance, after.Sequence, (short)after.Status, command.Version),
        };
        foreach (var @event in events)
        {
            if (@event is WalletMoved moved)
            {
                rows.Add(new WalletTransactionRow(
                    command.Key, moved.Sequence, moved.TransactionId, (short)WalletDecisions.TypeOf(moved), moved.Currency, moved.Amount,
                    moved.BalanceAfter, moved.Reason, moved.Reference, command.At, command.ActorId, command.Operation.Value, moved.Metadata));
            }
        }

        return rows;
    }

    // Movements are not audited: each is an entry of the ledger, with its actor.
    public override IReadOnlyList<AuditEntry> Audit(
        WalletState before, WalletState after, IReadOnlyList<WalletEvent> events, in Projected command) =>
        events is [WalletOpened opened] ? [AuditEntry.Of("wallet.opened", ("ownerId", opened.OwnerId), ("currency", opened.Currency))] : [];

    public override object? ReplyOf(IReadOnlyList<WalletEvent> events, in Projected command) =>
        events is [WalletMoved moved] ? WalletDecisions.ToTransaction(moved, command) : null;
}

/// <summary>A row of table <c>wallet</c>: the newest state.</summary>
public sealed record WalletRow(
    EntityKey Key, Guid OwnerId, string Currency, long Balance, long Sequence, short Status, long Version) : ReadModelRow
{
    public override EntityKey? CoalesceBy => Key;
}

/// <summary>A row of table <c>wallet_transaction</c>.</summary>
public sealed record WalletTransactionRow(
    EntityKey Key, long Sequence, Guid Id, short Type, string Currency, long Amount, long BalanceAfter, string? Reason, string? Reference,
    DateTimeOffset At, Guid ActorId, Guid OperationId, IReadOnlyDictionary<string, string>? Metadata) : ReadModelRow;
