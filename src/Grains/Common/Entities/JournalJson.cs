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
        // jsonb does not keep the order of members, so that "$type" may stand anywhere.
        AllowOutOfOrderMetadataProperties = true,
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"The journal holds null for {typeof(T).Name}.");

    /// <summary>The fingerprint of a command's content, without its context: equal commands have equal hashes.</summary>
    public static Guid HashOf(Command command)
    {
        var type = command.GetType();
        var content = JsonSerializer.SerializeToUtf8Bytes(command, type, Options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(type.Name));
        hash.AppendData(content);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new Guid(digest[..16], bigEndian: true);
    }
}
