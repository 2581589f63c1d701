using System.Buffers.Binary;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>A wallet in a checkpoint: the end of its hash chain, and its balance in minor units.</summary>
public sealed record CheckpointLeaf(Guid WalletId, long Sequence, Digest Head, long Balance)
{
    /// <summary>Wallet id (16 bytes), sequence (8), head (32), balance (8), big-endian.</summary>
    public const int Length = 64;

    public Digest Hash()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return MerkleTree.LeafHash(bytes);
    }

    public static byte[] Pack(IReadOnlyList<CheckpointLeaf> leaves)
    {
        var bytes = new byte[leaves.Count * Length];
        for (var i = 0; i < leaves.Count; i++)
        {
            leaves[i].Write(bytes.AsSpan(i * Length, Length));
        }

        return bytes;
    }

    /// <exception cref="FormatException">The length is not a multiple of <see cref="Length"/>.</exception>
    public static CheckpointLeaf[] Unpack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Length != 0)
        {
            throw new FormatException($"Each leaf must have {Length} bytes.");
        }

        var leaves = new CheckpointLeaf[bytes.Length / Length];
        for (var i = 0; i < leaves.Length; i++)
        {
            var one = bytes.Slice(i * Length, Length);
            leaves[i] = new CheckpointLeaf(
                new Guid(one[..16], bigEndian: true), BinaryPrimitives.ReadInt64BigEndian(one[16..]), Digest.Read(one[24..56]),
                BinaryPrimitives.ReadInt64BigEndian(one[56..]));
        }

        return leaves;
    }

    public static Digest[] HashAll(IReadOnlyList<CheckpointLeaf> leaves) => [.. leaves.Select(leaf => leaf.Hash())];

    /// <summary>Whether the wallets are unique and ordered by the bytes of their ids.</summary>
    public static bool AreOrdered(IReadOnlyList<CheckpointLeaf> leaves)
    {
        for (var i = 1; i < leaves.Count; i++)
        {
            if (Compare(leaves[i - 1].WalletId, leaves[i].WalletId) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares ids by their bytes, big-endian, as PostgreSQL does.</summary>
    public static int Compare(Guid left, Guid right)
    {
        Span<byte> one = stackalloc byte[16];
        Span<byte> other = stackalloc byte[16];
        left.TryWriteBytes(one, bigEndian: true, out _);
        right.TryWriteBytes(other, bigEndian: true, out _);
        return one.SequenceCompareTo(other);
    }

    private void Write(Span<byte> to)
    {
        WalletId.TryWriteBytes(to, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(to[16..], Sequence);
        Head.Write(to[24..]);
        BinaryPrimitives.WriteInt64BigEndian(to[56..], Balance);
    }
}
