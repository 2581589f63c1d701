using System.Text.Json;
using Orleans.Storage;

namespace Platform.Silo.Hosting;

/// <summary>Serializes snapshots as UTF-8 JSON without type names. A snapshot that no longer fits is rebuilt from the journal.</summary>
public sealed class SnapshotSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    /// <summary>Never fails: returns an empty snapshot for invalid data, which the entity ignores and overwrites.</summary>
    public T? Deserialize<T>(BinaryData input)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options) ?? Activator.CreateInstance<T>();
        }
        catch (JsonException)
        {
            return Activator.CreateInstance<T>();
        }
    }
}
