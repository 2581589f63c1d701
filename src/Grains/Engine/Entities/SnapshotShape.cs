using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// The JSON shape of a state, as text and as a number: names, types and nullability of all members, recursively. It is the same in
/// every process and run. Another shape has another number, so that older snapshots are ignored.
/// </summary>
public sealed record SnapshotShape(int Schema, string Text)
{
    // Earlier builds used small numbers that were chosen by hand. Computed ones must never equal them.
    private const int MinComputed = 0x4000_0000;

    private static readonly JsonSerializerOptions Options = WithoutOrdering();

    /// <summary>The shape of a state. <paramref name="meaning"/> distinguishes states of the same shape but another meaning.</summary>
    public static SnapshotShape Of(Type state, int meaning)
    {
        var described = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var open = new Queue<Type>([state]);
        while (open.TryDequeue(out var type))
        {
            if (!described.ContainsKey(NameOf(type)))
            {
                described.Add(NameOf(type), Describe(type, open));
            }
        }

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"state {NameOf(state)}, meaning {meaning}\n");
        foreach (var (name, lines) in described)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name}\n{lines}");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return new SnapshotShape((BitConverter.ToInt32(hash) & (MinComputed - 1)) | MinComputed, text.ToString());
    }

    // Without the converter that orders dictionaries: it does not change the JSON but hides the types of keys and values.
    private static JsonSerializerOptions WithoutOrdering()
    {
        var options = new JsonSerializerOptions(JournalJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.Converters.Remove(options.Converters.OfType<OrdinalDictionaries>().Single());
        return options;
    }

    private static string Describe(Type type, Queue<Type> open)
    {
        if (type.IsEnum)
        {
            return Lines(Enum.GetNames(type)
                .Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));
        }

        var info = Options.GetTypeInfo(type);
        var lines = new List<string>();
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                lines.AddRange(info.Properties.Where(member => member.Get is not null || member.Set is not null)
                    .Select(member => Describe(member, open)).Order(StringComparer.Ordinal));
                break;
            case JsonTypeInfoKind.Enumerable:
                lines.Add($"of {Reference(info.ElementType!, open)}");
                break;
            case JsonTypeInfoKind.Dictionary:
                lines.Add($"by {Reference(info.KeyType!, open)} of {Reference(info.ElementType!, open)}");
                break;
            default: // A leaf. The JSON of our own converter is defined by its code, so record its name.
                lines.AddRange(IsOurs(info.Converter.GetType()) ? [$"by {NameOf(info.Converter.GetType())}"] : []);
                break;
        }

        foreach (var derived in info.PolymorphismOptions?.DerivedTypes ?? [])
        {
            lines.Add($"or {derived.TypeDiscriminator}: {Reference(derived.DerivedType, open)}");
        }

        return Lines(lines);
    }

    private static string Describe(JsonPropertyInfo member, Queue<Type> open)
    {
        var nullable = member.IsGetNullable || member.IsSetNullable ? " or null" : "";
        return member.CustomConverter is { } converter
            ? $"{member.Name}: {NameOf(member.PropertyType)} by {NameOf(converter.GetType())}{nullable}"
            : $"{member.Name}: {Reference(member.PropertyType, open)}{nullable}";
    }

    private static string Reference(Type type, Queue<Type> open)
    {
        open.Enqueue(Nullable.GetUnderlyingType(type) ?? type);
        return NameOf(type);
    }

    private static bool IsOurs(Type converter) => converter.Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) is not true;

    // Without the assembly and its version.
    private static string NameOf(Type type) => type.ToString();

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"    {line}\n"));
}
