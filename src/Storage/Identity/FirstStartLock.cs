using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Identity;

/// <summary>Ensures that only one of the processes starting on a database does the work of the first start at a time.</summary>
[Singleton]
public sealed class FirstStartLock(PlatformDatabase database)
{
    private const long Key = 0x46495253544F4E45;

    /// <summary>Waits for the lock. Dispose the result to release it; a lost connection releases it too.</summary>
    public Task<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(() => LockAsync(cancellationToken));

    private async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        try
        {
            // A transaction-level lock, so that a pooled connection cannot keep it by mistake.
            await connection.BeginTransactionAsync(cancellationToken);
            await using var exclusive = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection)
            {
                Parameters = { new() { Value = Key } },
                CommandTimeout = 120,
            };
            await exclusive.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
