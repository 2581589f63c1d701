using Npgsql;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine;

/// <summary>Writes rows of declared tables outside the journal's transactions, through the query pool.</summary>
internal static class Writing
{
    /// <summary>Writes all rows or none, in one statement. Returns how many were added or changed.</summary>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The store does not answer.</exception>
    public static Task<int> WriteAsync<TRow>(
        this PlatformDatabase database, Table<TRow> table, IReadOnlyList<TRow> rows, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
            return await connection.WriteAsync(table, rows, cancellationToken);
        });

    /// <summary>As above, within a transaction of the caller.</summary>
    public static async Task<int> WriteAsync<TRow>(
        this NpgsqlConnection connection, Table<TRow> table, IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(table.Write([.. rows]));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
