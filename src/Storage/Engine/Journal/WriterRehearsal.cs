using System.Diagnostics;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Runs the writer's statements in a transaction that is rolled back, to compile code and fill caches. Nothing is written; the only
/// trace is a gap in the positions of the journal, which has no meaning.
/// </summary>
[Singleton]
public sealed class WriterRehearsal(PlatformDatabase database, ReadModelWriters readModels)
{
    public async Task RunAsync(IReadOnlyList<Append> appends, CancellationToken cancellationToken)
    {
        await using var connection = await database.Journal.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var statements = new LaneStatements(capacity: 1);
        var batch = new AppendBatch(readModels, silo: null);
        batch.Execute(connection, statements, [.. appends.Select(append => new QueuedAppend(append, Stopwatch.GetTimestamp()))]);
        await transaction.RollbackAsync(cancellationToken);
        statements.Forget(connection);
    }
}
