using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Unique references, which imports require. Commands with the same reference run one after the other here, so that no two of them find
/// it unused in the ledger.
/// </summary>
internal sealed partial class WalletGrain
{
    private readonly Dictionary<string, Task> _claimed = new(StringComparer.Ordinal);

    // Calls book with the transaction of another operation that already has the reference, or null.
    private async Task<Result<WalletTransaction>> WithReferenceLockAsync(
        string reference, OperationId operation, Func<Guid?, Task<Result<WalletTransaction>>> book)
    {
        while (_claimed.TryGetValue(reference, out var other))
        {
            await other;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _claimed.Add(reference, done.Task);
        try
        {
            var existing = await ledger.ReferencesAsync(
                Key.OrganisationId, [new LedgerReference(Key.Id, reference)], CancellationToken.None);
            return await book(existing.FirstOrDefault(line => line.Operation != operation)?.TransactionId);
        }
        finally
        {
            _claimed.Remove(reference);
            done.SetResult();
        }
    }
}
