using Npgsql;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Audit;

/// <summary>Writes rows of the audit log for which there is no command, such as refusals.</summary>
[Singleton]
public sealed class AuditLog(PlatformDatabase database)
{
    private static readonly AuditWriter Writer = new();

    /// <summary>All of them or none. Rows that are there already stay as they are, so that it may be repeated.</summary>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The store does not answer.</exception>
    public Task AppendAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        return await AppendAsync(connection, rows, cancellationToken);
    });

    /// <summary>The same within a transaction of the caller.</summary>
    internal static async Task<int> AppendAsync(NpgsqlConnection connection, IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Writer.Write(rows));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
