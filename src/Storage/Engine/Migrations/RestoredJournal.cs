using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Migrations;

/// <summary>
/// A journal that was dumped and restored into another server carries transaction ids that this one has not reached. Rows
/// written now would sort before tokens and checkpoints, and streams would skip them without a sign.
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

    // The journal's trigger refuses changes, to the owner too. It is off for this transaction alone, and nobody else can write meanwhile.
    private static readonly string RenumberSql =
        $"""
        ALTER TABLE journal DISABLE TRIGGER journal_append_only;
        UPDATE journal SET xid = '3';
        ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only;
        TRUNCATE {string.Join(", ", DeclaredTables.All.Where(IsByPosition).Select(table => table.Name))};
        """;

    // Positions of the journal as it was numbered, and what was counted up to them.
    private static bool IsByPosition(Table table) => table.Kind == TableKind.Progress || table.FilledBy is not null;

    /// <summary>Whether the journal comes from another server.</summary>
    public static async Task<bool> IsAheadAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(IsAheadSql, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Makes its rows the oldest of this server, in their order; metrics and processes read the journal from its start. As the owner.</summary>
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
