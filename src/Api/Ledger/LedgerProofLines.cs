using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Storage.Ledger;

namespace Platform.Api.Ledger;

/// <summary>
/// The proof lines of an export: the keys, and every checkpoint with its wallets. They come between the first line and the transactions,
/// so that a verifier knows what to expect.
/// </summary>
[Singleton]
public sealed class LedgerProofLines(LedgerKeys keys, CheckpointTable checkpoints)
{
    /// <summary>Returns the number of the last checkpoint, or 0 if there is none. Call it before reading transactions.</summary>
    public async Task<long> LastAsync(Guid organisationId, CancellationToken cancellationToken) =>
        await checkpoints.ListAsync(organisationId, null, 1, cancellationToken) is [var last] ? last.Number : 0;

    /// <summary>Returns the lines up to a checkpoint, each with its line end.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Guid organisationId, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (through == 0)
        {
            yield break;
        }

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

        for (var row = await checkpoints.NextAsync(organisationId, 0, cancellationToken); row?.Number <= through;
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
