using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Engine.Journal;

/// <summary>
/// The events of a journal row as types of their domain. The name of an event is only in the
/// <see cref="JsonDerivedTypeAttribute"/> of its base type; code that needs the name gets it here.
/// </summary>
public static class JournalEvents<TEvent>
    where TEvent : class
{
    private static readonly FrozenDictionary<string, Type> Types = typeof(TEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(attribute => (string)attribute.TypeDiscriminator!, attribute => attribute.DerivedType, StringComparer.Ordinal);

    /// <summary>
    /// The events that this build knows, in order. Unknown ones, written by a newer build, are skipped.
    /// Throws <see cref="JsonException"/> if a known one cannot be read.
    /// </summary>
    public static IReadOnlyList<TEvent> Read(JournalEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Events);
        var events = new List<TEvent>(document.RootElement.GetArrayLength());
        foreach (var json in document.RootElement.EnumerateArray())
        {
            if (Types.TryGetValue(json.GetProperty("$type").GetString()!, out var type))
            {
                events.Add((TEvent)json.Deserialize(type, JournalJson.Options)!);
            }
        }

        return events;
    }

    /// <summary>
    /// Whether a row may have an event of one of these names. Cheap, because it does not parse: text in other members gives false
    /// positives.
    /// </summary>
    public static bool MayHave(JournalEntry entry, string[] names) =>
        Array.Exists(names, name => entry.Events.Contains(name, StringComparison.Ordinal));

    /// <summary>The names of these event types as a row contains them, for <see cref="MayHave"/>.</summary>
    public static string[] NamesOf(params IReadOnlyList<Type> types) =>
        [.. types.Select(type => $"\"{Types.Single(known => known.Value == type).Key}\"")];
}
