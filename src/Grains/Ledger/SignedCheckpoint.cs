using System.Text.Json;

namespace Platform.Grains.Ledger;

/// <summary>A signed checkpoint with its wallets, read from an export line, an API response or a file that an auditor has kept.</summary>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, string Kid, string Document, IReadOnlyList<CheckpointLeaf>? Leaves)
{
    public static SignedCheckpoint Of(string document, IReadOnlyList<CheckpointLeaf>? leaves)
    {
        var (checkpoint, kid) = CheckpointKey.Open(document);
        return new SignedCheckpoint(checkpoint, kid, document, leaves);
    }

    /// <summary>Writes the export line <c>{"checkpoint":{"document":..,"leaves":base64}}</c>. Only the document is signed.</summary>
    public static void Write(Utf8JsonWriter writer, string document, ReadOnlySpan<byte> leaves)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("checkpoint"u8);
        writer.WriteString("document"u8, document);
        writer.WriteBase64String("leaves"u8, leaves);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Parses a kept checkpoint: an API response, an export line, or only the document.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static SignedCheckpoint Parse(string text)
    {
        text = text.Trim();
        return text.StartsWith('{') ? Read(Json(text)) : Of(text, null);
    }

    /// <exception cref="FormatException">The JSON is not a checkpoint.</exception>
    public static SignedCheckpoint Read(JsonElement json)
    {
        try
        {
            var inner = json.TryGetProperty("checkpoint", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : json;
            var document = (inner.TryGetProperty("document", out var own) ? own : json.GetProperty("document")).GetString()!;
            var leaves = inner.TryGetProperty("leaves", out var found) || json.TryGetProperty("leaves", out found) ? found : default;
            return Of(document, leaves.ValueKind switch
            {
                JsonValueKind.String => CheckpointLeaf.Unpack(leaves.GetBytesFromBase64()),
                JsonValueKind.Array => [.. leaves.EnumerateArray().Select(Leaf)],
                _ => null,
            });
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The text is not a checkpoint.", exception);
        }
    }

    private static CheckpointLeaf Leaf(JsonElement leaf) => new(
        leaf.GetProperty("walletId").GetGuid(), leaf.GetProperty("sequence").GetInt64(),
        Checkpoint.OfHex(leaf.GetProperty("head").GetString()!),
        leaf.GetProperty("balanceMinor").GetInt64());

    private static JsonElement Json(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new FormatException("The text is not a checkpoint.", exception);
        }
    }
}
