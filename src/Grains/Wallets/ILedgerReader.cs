namespace Platform.Grains.Wallets;

/// <summary>A reference within a wallet.</summary>
public readonly record struct LedgerReference(Guid WalletId, string Reference);

/// <summary>A transaction with a reference, and the operation that created it.</summary>
public sealed record ReferencedTransaction(LedgerReference Reference, Guid TransactionId, OperationId Operation);

/// <summary>Reads committed ledger data that decisions need beyond the state of a wallet.</summary>
public interface ILedgerReader
{
    /// <summary>Returns all transactions with one of these references.</summary>
    Task<IReadOnlyList<ReferencedTransaction>> ReferencesAsync(
        Guid organisationId, IReadOnlyList<LedgerReference> references, CancellationToken cancellationToken);
}
