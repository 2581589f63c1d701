using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Platform.Identity;

namespace Platform.Grains.Wallets;

/// <summary>
/// The hash chain over the transactions of one wallet: SHA-256 of the previous hash and all fields of the transaction, in a fixed encoding
/// (docs/ledger.md). The chain starts with 32 zero bytes. Anyone who has the transactions can recompute it.
/// </summary>
public static class LedgerChain
{
    private const byte Version = 1;

    public static Digest HashOf(Digest previous, WalletTransactionRow row)
    {
        var writer = new Writer(ArrayPool<byte>.Shared.Rent(1024));
        try
        {
            Write(ref writer, previous, row);
            return Digest.Of(writer.Written);
        }
        finally
        {
            writer.Return();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Skips tiering: an export has millions of lines.
    private static void Write(ref Writer writer, Digest previous, WalletTransactionRow row)
    {
        writer.Hash(previous);
        writer.Byte(Version);
        writer.Id(row.Key.OrganisationId);
        writer.Id(row.Key.Id);
        writer.Number(row.Sequence);
        writer.Id(row.Id);
        writer.Number(row.Type);
        writer.Text(row.Currency);
        writer.Number(row.Amount);
        writer.Number(row.BalanceAfter);
        writer.Number(row.HeldAfter);
        writer.Number(row.AvailableAfter);
        writer.Text(row.Reason);
        writer.Text(row.Reference);
        writer.Instant(row.At);
        writer.Instant(row.KnownAt);
        writer.Id(row.ActorId);
        writer.Id(row.OperationId);
        writer.Id(row.RelatedId ?? Guid.Empty);
        writer.Number(row.Postings.Length);
        foreach (var number in row.Postings)
        {
            writer.Number(number);
        }

        writer.Number(row.Metadata?.Count ?? 0);
        if (row.Metadata is { Count: > 0 } metadata)
        {
            var entries = metadata.ToArray();
            if (entries.Length > 1)
            {
                Array.Sort(entries, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
            }

            foreach (var (name, value) in entries)
            {
                writer.Text(name);
                writer.Text(value);
            }
        }
    }

    // Numbers are 8 bytes, big-endian; texts are a length and UTF-8 bytes, with length -1 for null.
    private struct Writer(byte[] buffer)
    {
        private byte[] _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

        public void Byte(byte value) => Take(1)[0] = value;

        public void Number(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

        public void Instant(DateTimeOffset value) =>
            Number((value.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);

        public void Id(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

        public void Hash(Digest value) => value.Write(Take(32));

        public void Text(string? value)
        {
            if (value is null)
            {
                Number(-1);
                return;
            }

            // Reserves the maximum size and releases the unused rest.
            var room = Take(8 + (3 * value.Length));
            var bytes = Encoding.UTF8.GetBytes(value, room[8..]);
            BinaryPrimitives.WriteInt64BigEndian(room, bytes);
            _length -= room.Length - 8 - bytes;
        }

        public readonly void Return() => ArrayPool<byte>.Shared.Return(_buffer);

        private Span<byte> Take(int count)
        {
            if (_length + count > _buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
                _buffer.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            _length += count;
            return _buffer.AsSpan(_length - count, count);
        }
    }
}
