namespace Platform.Grains.Wallets;

/// <summary>A reference of a wallet.</summary>
public readonly record struct LedgerReference(Guid WalletId, string Reference);

/// <summary>A transaction that has a reference, and the operation that made it.</summary>
public sealed record ReferencedTransaction(LedgerReference Reference, Guid TransactionId, OperationId Operation);

/// <summary>What decisions ask of the ledger beyond the state of a wallet. Storage answers, from what is committed.</summary>
public interface ILedgerReader
{
    /// <summary>All transactions that have one of these references in one of these wallets.</summary>
    Task<IReadOnlyList<ReferencedTransaction>> ReferencesAsync(
        Guid organisationId, IReadOnlyList<LedgerReference> references, CancellationToken cancellationToken);
}
