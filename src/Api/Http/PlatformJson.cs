using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.Http;

/// <summary>
/// JSON as the contract has it: camelCase, unknown and doubled members refused, nullable and required respected, enums as
/// exactly one of their names, no numbers in strings, times in UTC with Z.
/// </summary>
public static class PlatformJson
{
    // A domain whose types are on the hot path has a context of its own for them.
    private static readonly IReadOnlyList<IJsonTypeInfoResolver> MadeAtBuildTime =
    [
        .. typeof(PlatformJson).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => (IJsonTypeInfoResolver)Activator.CreateInstance(type)!),
    ];

    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.General));

    /// <summary>How deep a request may nest.</summary>
    public const int MaxDepth = 16;

    /// <summary>Sets these rules on options that a framework owns.</summary>
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
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine([.. MadeAtBuildTime, new DefaultJsonTypeInfoResolver()]);
        return options;
    }

    /// <summary>The metadata of a type under these rules.</summary>
    public static JsonTypeInfo<T> Of<T>() => Cache<T>.Info;

    private static class Cache<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
    }

    /// <summary>RFC 3339: an offset and a year that requests may name are required when read; UTC with Z when written, whatever the year.</summary>
    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType != JsonTokenType.String || !Instants.TryParse(reader.GetString(), out var at)
                ? throw new JsonException("A time is RFC 3339 with an offset, such as 2026-01-31T12:00:00Z.")
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
