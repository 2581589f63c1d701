using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// References that must stand once, as imports demand. The ledger says which do; commands with the same reference wait for each other here,
/// where all of the wallet's commands are decided, so that no two of them see that it is free.
/// </summary>
internal sealed partial class WalletGrain
{
    private readonly Dictionary<string, Task> _claimed = new(StringComparer.Ordinal);

    // Books with the transaction of another operation that has the reference already, or none.
    private async Task<Result<WalletTransaction>> AloneAsync(
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
            var standing = await ledger.ReferencesAsync(Key.OrganisationId, [new LedgerReference(Key.Id, reference)], CancellationToken.None);
            return await book(standing.FirstOrDefault(line => line.Operation != operation)?.TransactionId);
        }
        finally
        {
            _claimed.Remove(reference);
            done.SetResult();
        }
    }
}
