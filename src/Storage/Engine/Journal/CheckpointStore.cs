using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine.Streams;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Journal;

/// <summary>The table <c>stream_checkpoint</c>: one row per partition, which only moves forward.</summary>
[Singleton(typeof(ICheckpointStore))]
public sealed class CheckpointStore(PlatformDatabase database) : ICheckpointStore
{
    internal static readonly Table Table = new("stream_checkpoint", TableKind.Progress);

    private const string Load = "SELECT xid, position FROM stream_checkpoint WHERE partition = $1";

    private const string Save = """
        INSERT INTO stream_checkpoint AS stored (partition, xid, position) VALUES ($1, $2, $3)
        ON CONFLICT (partition) DO UPDATE SET xid = excluded.xid, position = excluded.position
        WHERE (stored.xid, stored.position) < (excluded.xid, excluded.position)
        """;

    public Task<Fence> LoadAsync(short partition, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(Load);
        command.Parameters.Add(new() { Value = partition });
        return await FenceReader.ReadOneAsync(command, cancellationToken);
    });

    public Task SaveAsync(short partition, Fence fence, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(Save);
        command.Parameters.Add(new() { Value = partition });
        command.Parameters.Add(new() { Value = fence.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = fence.Position });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });
}

internal static class FenceReader
{
    /// <summary>Reads the xid and position of the first row. Returns the start if there is none.</summary>
    public static async Task<Fence> ReadOneAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken)
            ? new Fence(reader.GetFieldValue<ulong>(0), reader.GetInt64(1))
            : Fence.Start;
    }
}
