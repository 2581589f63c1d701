using System.Text.Json;
using Orleans.Storage;

namespace Platform.Silo;

/// <summary>Snapshots as UTF-8 JSON by System.Text.Json. They carry no type names; one that no longer fits is rebuilt from the journal.</summary>
public sealed class SnapshotSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public BinaryData Serialize<T>(T input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options)!;
}
