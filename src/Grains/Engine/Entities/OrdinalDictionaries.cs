using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// Deserializes sorted dictionaries with text keys in ordinal order, as states hold them. By default they get the order of the process's
/// culture, and a state from a snapshot would differ from the same state folded from the journal.
/// </summary>
public sealed class OrdinalDictionaries : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>)
        && typeToConvert.GenericTypeArguments[0] == typeof(string);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments[1]))!;

    private sealed class Converter<TValue> : JsonConverter<ImmutableSortedDictionary<string, TValue>>
    {
        public override ImmutableSortedDictionary<string, TValue> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<Dictionary<string, TValue>>(ref reader, options)!
                .ToImmutableSortedDictionary(StringComparer.Ordinal);

        public override void Write(
            Utf8JsonWriter writer, ImmutableSortedDictionary<string, TValue> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize<IReadOnlyDictionary<string, TValue>>(writer, value, options);
    }
}
