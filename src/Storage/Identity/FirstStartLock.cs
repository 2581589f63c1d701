using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Identity;

/// <summary>Of all processes that start on one database, one at a time does what the first start does.</summary>
[Singleton]
public sealed class FirstStartLock(PlatformDatabase database)
{
    private const long Key = 0x46495253544F4E45;

    /// <summary>Waits for its turn; dispose what it returns to let the next one in. It ends with the connection too.</summary>
    public Task<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(() => LockAsync(cancellationToken));

    private async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        try
        {
            // Held by a transaction, which a pooled connection cannot keep by mistake.
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
