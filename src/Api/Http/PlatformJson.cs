using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.Http;

/// <summary>
/// The JSON rules of the API: camelCase, no unknown or duplicate fields, nullable and required respected, enums by exact name, no
/// numbers in strings, times in UTC with Z.
/// </summary>
public static class PlatformJson
{
    // A domain with types on the hot path has its own source-generated context.
    private static readonly IReadOnlyList<IJsonTypeInfoResolver> GeneratedContexts =
    [
        .. typeof(PlatformJson).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => (IJsonTypeInfoResolver)Activator.CreateInstance(type)!),
    ];

    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.General));

    /// <summary>The maximum nesting depth of a request.</summary>
    public const int MaxDepth = 16;

    /// <summary>Applies these rules to existing options.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new EnumNames());
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new OperationIdConverter());
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine([.. GeneratedContexts, new DefaultJsonTypeInfoResolver()]);
        return options;
    }

    /// <summary>The JSON metadata of a type under these rules.</summary>
    public static JsonTypeInfo<T> Of<T>() => Cache<T>.Info;

    private static class Cache<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
    }

    /// <summary>RFC 3339. Reading requires an offset and a year in range; writing uses UTC with Z and accepts any year.</summary>
    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType != JsonTokenType.String || !Instants.TryParse(reader.GetString(), out var at)
                ? throw new JsonException("The time must be in RFC 3339 with an offset, such as 2026-01-31T12:00:00Z.")
                : Instants.IsInRange(at) ? at : throw new JsonException(Instants.Range);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime);
    }

    private sealed class OperationIdConverter : JsonConverter<OperationId>
    {
        public override OperationId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, OperationId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
