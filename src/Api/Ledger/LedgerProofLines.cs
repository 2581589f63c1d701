using System.Buffers;
using System.Text.Json;
using Platform.Grains.Ledger;
using Platform.Silo.Ledger;
using Platform.Storage.ReadModels.Ledger;

namespace Platform.Api.Ledger;

/// <summary>
/// The lines of an export that prove it: the keys, and every checkpoint with its wallets. They stand between the first line and the
/// transactions, and must be written before these are read: whoever verifies knows what to expect of them.
/// </summary>
public sealed class LedgerProofLines(LedgerKeys keys, CheckpointTable checkpoints)
{
    /// <summary>The lines, a buffer each, with their ends.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Guid organisationId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var key in await keys.PublicAsync(cancellationToken))
        {
            yield return Line(key, static (writer, key) =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("key"u8);
                key.Write(writer);
                writer.WriteEndObject();
            });
        }

        for (var row = await checkpoints.NextAsync(organisationId, 0, cancellationToken); row is not null;
             row = await checkpoints.NextAsync(organisationId, row.Number, cancellationToken))
        {
            yield return Line(row, static (writer, row) => SignedCheckpoint.Write(writer, row.Document, row.Leaves));
        }
    }

    private static ReadOnlyMemory<byte> Line<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        write(writer, value);
        writer.Flush();
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
