using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>
/// What a checkpoint says: the root over the wallets of an organisation, how many transactions they had in all, and the digest of the
/// checkpoint before, so that none can be taken out. Numbers run 1, 2, 3.. per organisation; the first stands on 32 zero bytes. Day is
/// the day in UTC that it closes.
/// </summary>
public sealed record Checkpoint(
    Guid OrganisationId, long Number, DateOnly Day, DateTimeOffset TakenAt, long TreeSize, Digest Root, long Transactions, Digest Previous)
{
    public const string Format = "platform-ledger-checkpoint/1";

    /// <summary>The checkpoint over these wallets, which stand in the order of their ids.</summary>
    public static Checkpoint Of(
        Guid organisationId, DateOnly day, DateTimeOffset takenAt, IReadOnlyList<CheckpointLeaf> leaves, Checkpoint? before, Digest previous) => new(
            organisationId, (before?.Number ?? 0) + 1, day, takenAt, leaves.Count, MerkleTree.Root(CheckpointLeaf.HashAll(leaves)),
            leaves.Sum(leaf => leaf.Sequence), previous);

    /// <summary>Whether these are its wallets.</summary>
    public bool Covers(IReadOnlyList<CheckpointLeaf> leaves) =>
        leaves.Count == TreeSize && CheckpointLeaf.AreOrdered(leaves) && MerkleTree.Root(CheckpointLeaf.HashAll(leaves)) == Root &&
        leaves.Sum(leaf => leaf.Sequence) == Transactions;

    /// <summary>The digest by which the next one names a signed checkpoint.</summary>
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

    /// <exception cref="FormatException">It is no checkpoint of this format.</exception>
    public static Checkpoint Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            var json = JsonElement.Parse(payload);
            if (json.GetProperty("format").GetString() != Format)
            {
                throw new FormatException($"This is not a {Format}.");
            }

            return new Checkpoint(
                json.GetProperty("organisationId").GetGuid(), json.GetProperty("number").GetInt64(),
                DateOnly.ParseExact(json.GetProperty("day").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
                json.GetProperty("takenAt").GetDateTimeOffset(), json.GetProperty("treeSize").GetInt64(), OfHex(json.GetProperty("root").GetString()!),
                json.GetProperty("transactions").GetInt64(), OfHex(json.GetProperty("previous").GetString()!));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"This is not a {Format}.", exception);
        }
    }

    public static string Hex(Digest digest) => Convert.ToHexStringLower(digest.ToArray());

    /// <exception cref="FormatException">It is not 32 bytes in hexadecimal.</exception>
    public static Digest OfHex(string text) => Convert.FromHexString(text) is { Length: 32 } bytes ? Digest.Read(bytes) : throw new FormatException("A hash is 32 bytes in hexadecimal.");
}
