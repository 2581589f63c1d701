using System.Security.Cryptography;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1: SHA-256, leaves and nodes told apart by their first byte. Whoever has the root needs a
/// path of log2(n) hashes to see that a leaf is in it.
/// </summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    public static Digest LeafHash(ReadOnlySpan<byte> leaf)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(leaf);
        return Digest.Read(hash.GetHashAndReset());
    }

    public static Digest NodeHash(Digest left, Digest right)
    {
        Span<byte> node = stackalloc byte[65];
        node[0] = NodePrefix;
        left.Write(node[1..]);
        right.Write(node[33..]);
        return Digest.Of(node);
    }

    /// <summary>The root over hashes of leaves; that of an empty tree is the hash of nothing.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leaves) => leaves.Length switch
    {
        0 => Digest.Of([]),
        1 => leaves[0],
        _ => NodeHash(Root(leaves[..Split(leaves.Length)]), Root(leaves[Split(leaves.Length)..])),
    };

    /// <summary>What <see cref="RootFrom"/> needs besides the leaf itself, from the bottom up.</summary>
    public static IReadOnlyList<Digest> Path(ReadOnlySpan<Digest> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)leaves.Length, nameof(index));
        var path = new List<Digest>();
        Collect(leaves, index, path);
        return path;
    }

    /// <summary>The root that follows from a leaf at its place in a tree of this size; null where the path does not fit there.</summary>
    public static Digest? RootFrom(Digest leaf, long index, long size, IReadOnlyList<Digest> path)
    {
        if (index < 0 || index >= size)
        {
            return null;
        }

        // RFC 9162, section 2.1.3.2.
        var (place, last, hash) = (index, size - 1, leaf);
        foreach (var other in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = NodeHash(other, hash);
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                hash = NodeHash(hash, other);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    private static void Collect(ReadOnlySpan<Digest> leaves, int index, List<Digest> path)
    {
        if (leaves.Length == 1)
        {
            return;
        }

        var split = Split(leaves.Length);
        if (index < split)
        {
            Collect(leaves[..split], index, path);
            path.Add(Root(leaves[split..]));
        }
        else
        {
            Collect(leaves[split..], index - split, path);
            path.Add(Root(leaves[..split]));
        }
    }

    // The largest power of two below the number.
    private static int Split(int count) => 1 << (31 - int.LeadingZeroCount(count - 1));
}
