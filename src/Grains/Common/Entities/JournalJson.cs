using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Grains.Common.Entities;

/// <summary>The JSON of the journal and of snapshots. Names are camelCase; nulls are left out; unknown members are ignored, for upcasting.</summary>
public static class JournalJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // What was written while the column was jsonb has its members in another order, "$type" anywhere.
        AllowOutOfOrderMetadataProperties = true,
    };

    // A hash is taken for every command: one buffer a thread instead of several allocations a command.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? hashBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? hashWriter;

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"The journal holds null for {typeof(T).Name}.");

    /// <summary>The fingerprint of a command's content, without its context: equal commands have equal hashes.</summary>
    public static Guid HashOf(Command command)
    {
        var type = command.GetType();
        var buffer = hashBuffer ??= new ArrayBufferWriter<byte>(512);
        var writer = hashWriter ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartArray();
        writer.WriteStringValue(type.Name);
        JsonSerializer.Serialize(writer, command, type, Options);
        writer.WriteEndArray();
        writer.Flush();
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(buffer.WrittenSpan, digest);
        return new Guid(digest[..16], bigEndian: true);
    }
}
