using System.Diagnostics;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Tries the writer's statements out in a transaction that is rolled back: code is compiled and caches are filled, and nothing is
/// written. All the server keeps of it are gaps in the positions of the journal, which mean nothing.
/// </summary>
[Singleton]
public sealed class WriterRehearsal(PlatformDatabase database, ReadModelWriters readModels)
{
    public async Task RunAsync(IReadOnlyList<Append> appends, CancellationToken cancellationToken)
    {
        await using var connection = await database.Journal.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var statements = new LaneStatements(most: 1);
        var batch = new AppendBatch(readModels, silo: null);
        batch.Execute(connection, statements, [.. appends.Select(append => new QueuedAppend(append, Stopwatch.GetTimestamp()))]);
        await transaction.RollbackAsync(cancellationToken);
        statements.Forget(connection);
    }
}
