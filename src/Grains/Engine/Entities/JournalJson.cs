using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// The JSON of the journal and of snapshots. Names are camelCase, nulls are left out, and unknown members are ignored for upcasting.
/// </summary>
public static class JournalJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Rows that were written while the column was jsonb may have "$type" anywhere.
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new OrdinalDictionaries() },
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"The journal holds null for {typeof(T).Name}.");
}
