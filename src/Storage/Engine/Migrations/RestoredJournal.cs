using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Migrations;

/// <summary>
/// Repairs a journal that was dumped and restored into another server. Its transaction ids are ahead of those of the new server: new
/// rows would sort before tokens and checkpoints, and streams would silently skip them.
/// </summary>
public static class RestoredJournal
{
    // One probe of the index journal_by_partition for each partition.
    private static readonly string IsAheadSql =
        $"""
        SELECT EXISTS (
            SELECT 1 FROM generate_series(0, {JournalPartition.Count - 1}) AS p (partition)
            CROSS JOIN LATERAL (
                SELECT j.xid FROM journal j WHERE j.partition = p.partition ORDER BY j.xid DESC, j.position DESC LIMIT 1) newest
            WHERE newest.xid >= pg_snapshot_xmax(pg_current_snapshot()))
        """;

    // The journal's trigger refuses changes even by the owner. It is disabled only in this transaction, which locks out other writers.
    private static readonly string RenumberSql =
        $"""
        ALTER TABLE journal DISABLE TRIGGER journal_append_only;
        UPDATE journal SET xid = '3';
        ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only;
        TRUNCATE {string.Join(", ", DeclaredTables.All.Where(IsByPosition).Select(table => table.Name))};
        """;

    // Positions in the old numbering, and the tables that consumers filled up to them.
    private static bool IsByPosition(Table table) => table.Kind == TableKind.Progress || table.FilledBy is not null;

    /// <summary>Whether the journal was restored from another server.</summary>
    public static async Task<bool> IsAheadAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(IsAheadSql, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Makes its rows the oldest of this server and keeps their order, as the owner. Metrics and processes read the journal from its
    /// start again.
    /// </summary>
    public static async Task RenumberAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(RenumberSql, connection, transaction) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
