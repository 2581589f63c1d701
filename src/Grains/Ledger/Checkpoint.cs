using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>
/// The content of a checkpoint: the Merkle root over the wallets of an organisation, their total number of transactions, and the digest of
/// the previous checkpoint, so that none can be removed. Numbers count 1, 2, 3.. per organisation; the first has 32 zero bytes as
/// previous. Day is the UTC day that it closes.
/// </summary>
public sealed record Checkpoint(
    Guid OrganisationId, long Number, DateOnly Day, DateTimeOffset TakenAt, long TreeSize, Digest Root, long Transactions, Digest Previous)
{
    public const string Format = "platform-ledger-checkpoint/1";

    /// <summary>Creates the checkpoint over wallets, which must be ordered by id.</summary>
    public static Checkpoint Of(
        Guid organisationId, DateOnly day, DateTimeOffset takenAt, IReadOnlyList<CheckpointLeaf> leaves, Checkpoint? before,
        Digest previous) => new(
            organisationId, (before?.Number ?? 0) + 1, day, takenAt, leaves.Count, MerkleTree.Root(CheckpointLeaf.HashAll(leaves)),
            leaves.Sum(leaf => leaf.Sequence), previous);

    /// <summary>Whether the leaves are exactly the wallets of this checkpoint.</summary>
    public bool Covers(IReadOnlyList<CheckpointLeaf> leaves) =>
        leaves.Count == TreeSize && CheckpointLeaf.AreOrdered(leaves) && MerkleTree.Root(CheckpointLeaf.HashAll(leaves)) == Root &&
        leaves.Sum(leaf => leaf.Sequence) == Transactions;

    /// <summary>The digest of a signed checkpoint, which the next one contains as previous.</summary>
    public static Digest DigestOf(string document) => Digest.Of(Encoding.ASCII.GetBytes(document));

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("format"u8, Format);
        writer.WriteString("organisationId"u8, OrganisationId);
        writer.WriteNumber("number"u8, Number);
        writer.WriteString("day"u8, Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteString("takenAt"u8, TakenAt.UtcDateTime);
        writer.WriteNumber("treeSize"u8, TreeSize);
        writer.WriteString("root"u8, Hex(Root));
        writer.WriteNumber("transactions"u8, Transactions);
        writer.WriteString("previous"u8, Hex(Previous));
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The payload is not a checkpoint of this format.</exception>
    public static Checkpoint Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            var json = JsonElement.Parse(payload);
            if (json.GetProperty("format").GetString() != Format)
            {
                throw new FormatException($"The format is not {Format}.");
            }

            return new Checkpoint(
                json.GetProperty("organisationId").GetGuid(), json.GetProperty("number").GetInt64(),
                DateOnly.ParseExact(json.GetProperty("day").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
                json.GetProperty("takenAt").GetDateTimeOffset(), json.GetProperty("treeSize").GetInt64(),
                OfHex(json.GetProperty("root").GetString()!),
                json.GetProperty("transactions").GetInt64(), OfHex(json.GetProperty("previous").GetString()!));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The format is not {Format}.", exception);
        }
    }

    public static string Hex(Digest digest) => Convert.ToHexStringLower(digest.ToArray());

    /// <exception cref="FormatException">The text is not 32 bytes in hex.</exception>
    public static Digest OfHex(string text) => Convert.FromHexString(text) is { Length: 32 } bytes
        ? Digest.Read(bytes)
        : throw new FormatException("A hash must be 32 bytes in hex.");
}
