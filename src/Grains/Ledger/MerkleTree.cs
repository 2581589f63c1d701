using System.Security.Cryptography;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1: SHA-256, with different prefixes for leaves and nodes. Given the root, a path of log2(n)
/// hashes proves that a leaf is in the tree.
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

    /// <summary>Returns the root over leaf hashes. The root of an empty tree is the hash of an empty input.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leaves) => leaves.Length switch
    {
        0 => Digest.Of([]),
        1 => leaves[0],
        _ => NodeHash(Root(leaves[..Split(leaves.Length)]), Root(leaves[Split(leaves.Length)..])),
    };

    /// <summary>Returns the inclusion path of a leaf for <see cref="RootFrom"/>, from the bottom up.</summary>
    public static IReadOnlyList<Digest> Path(ReadOnlySpan<Digest> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)leaves.Length, nameof(index));
        var path = new List<Digest>();
        Collect(leaves, index, path);
        return path;
    }

    /// <summary>
    /// Computes the root from a leaf, its index, the tree size and the inclusion path; null if the path has the wrong length.
    /// </summary>
    public static Digest? RootFrom(Digest leaf, long index, long size, IReadOnlyList<Digest> path)
    {
        if (index < 0 || index >= size)
        {
            return null;
        }

        // RFC 9162, section 2.1.3.2.
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var other in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(other, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                hash = NodeHash(hash, other);
            }

            (node, last) = (node >> 1, last >> 1);
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
