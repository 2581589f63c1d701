using Npgsql;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Empties the derived tables (<see cref="TableKind.Derived"/>) and rebuilds them from the journal, in one transaction, as the owner.
/// Commands wait meanwhile. Consumers of the journal start again, so metrics follow later. Evidence is not emptied, because the journal
/// does not have all of it (refusals in the audit log); only missing rows are added.
/// </summary>
public sealed class ReadModelRebuild(PlatformDatabase database, ReadModelWriters writers, IEnumerable<IEntityReplay> replays)
{
    private const int BatchSize = 2_000;

    // Consumers that fill a table start again at the beginning of the journal.
    private static string EmptySql =>
        $"""
        TRUNCATE {string.Join(", ", DeclaredTables.NamesOf(TableKind.Derived))};
        DELETE FROM consumer_token WHERE consumer IN ({string.Join(", ", DeclaredTables.Consumers.Select(Sql.Literal))});
        """;

    // Any fixed number that nothing else in the database locks.
    private const long AdvisoryLock = 0x52454255494C44;

    private readonly Dictionary<string, IEntityReplay> _replays = replays.ToDictionary(replay => replay.Type);

    /// <summary>Rebuilds the tables. Returns the number of journal rows that were folded.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken) => (await RunAsync(always: true, cancellationToken))!.Value;

    /// <summary>
    /// Rebuilds the tables if a migration has requested it (table <c>rebuild_due</c>); otherwise returns null. One of several processes
    /// does it while the others wait. A rebuild that fails stays due.
    /// </summary>
    public Task<long?> RunIfDueAsync(CancellationToken cancellationToken) => RunAsync(always: false, cancellationToken);

    private async Task<long?> RunAsync(bool always, CancellationToken cancellationToken)
    {
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var enter = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({AdvisoryLock})", connection) { CommandTimeout = 0 })
        {
            await enter.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var done = new NpgsqlCommand("DELETE FROM rebuild_due", connection))
        {
            if (await done.ExecuteNonQueryAsync(cancellationToken) == 0 && !always)
            {
                return null;
            }
        }

        await using (var empty = new NpgsqlCommand(EmptySql, connection) { CommandTimeout = 60 })
        {
            await empty.ExecuteNonQueryAsync(cancellationToken);
        }

        var folded = await FoldAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return folded;
    }

    // Reads on a separate connection in primary key order: one entity after another, each from its first version.
    private async Task<long> FoldAsync(NpgsqlConnection writing, CancellationToken cancellationToken)
    {
        await using var reading = database.Queries.CreateCommand(
            $"SELECT {JournalReader.Columns} FROM journal ORDER BY org_id, entity_id, version");
        reading.CommandTimeout = 0;
        await using var reader = await reading.ExecuteReaderAsync(cancellationToken);
        var rows = new List<ReadModelRow>();
        EntityKey? current = null;
        Func<JournalEntry, IReadOnlyList<ReadModelRow>>? fold = null;
        var folded = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            var entry = JournalReader.Entry(reader);
            var key = new EntityKey(entry.OrganisationId, entry.EntityId);
            if (key != current)
            {
                current = key;
                fold = _replays[entry.EntityType].Begin();
            }

            rows.AddRange(fold!(entry));
            folded++;
            if (rows.Count >= BatchSize)
            {
                await WriteAsync(writing, rows, cancellationToken);
            }
        }

        await WriteAsync(writing, rows, cancellationToken);
        return folded;
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<ReadModelRow> rows, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in writers.Write(rows, missingOnly: true))
        {
            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        rows.Clear();
    }
}
