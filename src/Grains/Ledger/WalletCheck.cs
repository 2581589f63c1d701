using System.Text.Json;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Grains.Ledger;

/// <summary>The columns of a row of table <c>wallet</c> that the journal determines.</summary>
public sealed record StoredWallet(
    Guid OwnerId, string Currency, long Paid, long Promotional, long Held, long Leased, long CreditLimit, long Sequence, Digest Head,
    WalletStatus Status,
    long Version);

/// <summary>
/// Rebuilds one wallet from its journal and compares it with the stored transactions, the row of the wallet and the last checkpoint. All
/// data must come from one database snapshot. Accept the journal in pages, each followed by the transactions it produces.
/// </summary>
public sealed class WalletCheck(EntityKey key)
{
    private readonly Func<JournalEntry, IReadOnlyList<ReadModelRow>> _fold = new WalletDefinition().Begin();
    private readonly WalletChain _chain = new();
    private readonly Queue<WalletTransactionRow> _derived = [];
    private WalletRow? _wallet;

    /// <summary>The last accepted version of the journal.</summary>
    public long Version { get; private set; }

    /// <summary>The number of transactions to accept next.</summary>
    public int Expected => _derived.Count;

    /// <summary>The number of valid transactions.</summary>
    public long Sequence => _chain.Sequence;

    /// <summary>Accepts the next row of the journal.</summary>
    public LedgerFault? Accept(JournalEntry entry)
    {
        if (entry.EntityType != WalletDefinition.EntityType || entry.Version != Version + 1)
        {
            return Fault(
                FaultKind.Journal, _chain.Sequence + 1 + _derived.Count,
                $"after version {Version} of the journal comes {entry.EntityType} {entry.Version}");
        }

        try
        {
            foreach (var row in _fold(entry))
            {
                if (row is WalletTransactionRow transaction)
                {
                    _derived.Enqueue(transaction);
                }

                _wallet = row as WalletRow ?? _wallet;
            }
        }
        catch (JsonException exception)
        {
            // It may be an event of a newer build, so the wallet is not frozen for it.
            return Fault(FaultKind.Unreadable, null, $"version {entry.Version} of the journal cannot be read: {exception.Message}");
        }
        catch (Exception exception) when (
            exception is InvalidOperationException or KeyNotFoundException or OverflowException or FormatException
                or NullReferenceException)
        {
            return Fault(
                FaultKind.Journal, _chain.Sequence + 1 + _derived.Count,
                $"version {entry.Version} of the journal cannot have happened: {exception.Message}");
        }

        Version = entry.Version;
        return null;
    }

    /// <summary>Accepts the next transaction of the ledger.</summary>
    public LedgerFault? Accept(WalletTransactionRow stored)
    {
        if (!_derived.TryDequeue(out var derived))
        {
            return Fault(FaultKind.Surplus, stored.Sequence, "the journal knows no such transaction");
        }

        if (_chain.Accept(stored) is not { } fault)
        {
            return derived.Hash == stored.Hash && derived.Version == stored.Version
                ? null
                : Fault(
                    FaultKind.Journal, stored.Sequence, $"version {derived.Version} of the journal says something else than the ledger");
        }

        return fault with { WalletId = key.Id };
    }

    /// <summary>Compares a checkpoint with the transaction it refers to. Call after each accepted transaction.</summary>
    public LedgerFault? Accept(Checkpoint checkpoint, CheckpointLeaf leaf) =>
        leaf.Sequence == _chain.Sequence && (leaf.Head != _chain.Head || leaf.Balance != _chain.Balance)
            ? Fault(
                FaultKind.Checkpoint, leaf.Sequence,
                $"checkpoint {checkpoint.Number} of {checkpoint.Day:yyyy-MM-dd} has another transaction there")
            : null;

    /// <summary>Finishes after the last row of the journal: no transaction may be missing, and the row of the wallet must match.</summary>
    public LedgerFault? Finish(StoredWallet? stored, Checkpoint? checkpoint, CheckpointLeaf? leaf)
    {
        if (_derived.Count > 0)
        {
            return Fault(FaultKind.Missing, _chain.Sequence + 1, $"the ledger ends at sequence {_chain.Sequence}, the journal goes on");
        }

        if (leaf?.Sequence > _chain.Sequence)
        {
            return Fault(
                FaultKind.Checkpoint, _chain.Sequence + 1,
                $"the ledger ends at sequence {_chain.Sequence}, " +
                $"checkpoint {checkpoint?.Number} of {checkpoint?.Day:yyyy-MM-dd} had sequence {leaf.Sequence}");
        }

        return _wallet is null || stored is null
            ? stored is null && _wallet is null ? null : Fault(FaultKind.Wallet, null, "the row of the wallet, or its journal, is missing")
            : Differences(_wallet, stored) is { Length: > 0 } differences ? Fault(FaultKind.Wallet, null, differences) : null;
    }

    private static string Differences(WalletRow derived, StoredWallet stored)
    {
        var state = derived.State;
        (string Name, object? Derived, object? Stored)[] members =
        [
            ("owner", state.OwnerId, stored.OwnerId), ("currency", state.Currency?.Code, stored.Currency),
            ("paid", state.Paid, stored.Paid),
            ("promotional", state.Promotional, stored.Promotional), ("held", state.Held, stored.Held),
            ("leased", state.Leased, stored.Leased),
            ("credit limit", state.CreditLimit, stored.CreditLimit), ("sequence", state.Sequence, stored.Sequence),
            ("head", state.Head, stored.Head),
            ("status", state.Status, stored.Status), ("version", derived.Version, stored.Version),
        ];
        return string.Join("; ", members.Where(member => !Equals(member.Derived, member.Stored)).Select(member => member.Derived is Digest
            ? $"{member.Name} is another one"
            : $"{member.Name} is {member.Stored}, the journal says {member.Derived}"));
    }

    private LedgerFault Fault(FaultKind kind, long? sequence, string detail) => new(kind, key.Id, sequence, detail);
}
