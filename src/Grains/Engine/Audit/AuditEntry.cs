using System.Collections.Immutable;
using System.Globalization;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Engine.Audit;

/// <summary>
/// One entry of the audit log. Action is a stable code such as <c>role.granted</c>. Entity and organisation default to those of the
/// entity that decided. Code is set if the command was refused and the entity recorded the refusal in an event.
/// A list of texts, such as permissions, may be longer than a single text.
/// </summary>
public sealed record AuditEntry
{
    private const int MaxDetails = 20;
    private const int MaxValue = 200;
    private const int MaxList = 4_000;

    private AuditEntry(string action, ImmutableSortedDictionary<string, string> details) => (Action, Details) = (action, details);

    public string Action { get; }

    public ImmutableSortedDictionary<string, string> Details { get; }

    public string? EntityType { get; init; }

    public Guid? EntityId { get; init; }

    public Guid? OrganisationId { get; init; }

    public string? Code { get; init; }

    /// <summary>Hides where the command came from, because its actor belongs to another organisation.</summary>
    public bool WithoutOrigin { get; init; }

    /// <summary>Creates an entry with these details. Details without a value are left out.</summary>
    public static AuditEntry Of(string action, params ReadOnlySpan<(string Name, object? Value)> details)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in details)
        {
            Add(found, name, value);
        }

        return new AuditEntry(action, found.ToImmutable());
    }

    /// <summary>
    /// Creates an entry of the values that changed, each with its new value as <c>name</c> and its old one as <c>name.was</c>.
    /// Returns none if nothing changed.
    /// </summary>
    public static IReadOnlyList<AuditEntry> Changed(string action, params ReadOnlySpan<(string Name, object? Before, object? After)> values)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, before, after) in values)
        {
            if (TextOf(before) != TextOf(after))
            {
                Add(found, name, after);
                Add(found, $"{name}.was", before);
            }
        }

        return found.Count == 0 ? [] : [new AuditEntry(action, found.ToImmutable())];
    }

    /// <summary>Returns a copy with one more detail.</summary>
    public AuditEntry With(string name, object? value)
    {
        var found = Details.ToBuilder();
        Add(found, name, value);
        return new AuditEntry(Action, found.ToImmutable())
        {
            EntityType = EntityType, EntityId = EntityId, OrganisationId = OrganisationId, Code = Code, WithoutOrigin = WithoutOrigin,
        };
    }

    /// <summary>
    /// Returns the entries for something that platform staff did to another organisation: one in each log. Only the log of the platform
    /// says where the command came from.
    /// </summary>
    public IReadOnlyList<AuditEntry> ByThePlatform(string entityType, in AcceptedCommand command) =>
    [
        this with { WithoutOrigin = true },
        this with { OrganisationId = Caller.Platform, EntityType = entityType, EntityId = command.Key.Id },
    ];

    /// <summary>Cuts details from any source to the limits of the log.</summary>
    public static IReadOnlyDictionary<string, string> Bounded(IReadOnlyDictionary<string, string> details)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in details)
        {
            Add(found, name, value);
        }

        return found.ToImmutable();
    }

    private static void Add(ImmutableSortedDictionary<string, string>.Builder details, string name, object? value)
    {
        if (TextOf(value) is { } text && details.Count < MaxDetails)
        {
            details[Text.OneLine(name, 40)] = Text.OneLine(text, value is IEnumerable<string> ? MaxList : MaxValue);
        }
    }

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        IEnumerable<string> texts => string.Join(' ', texts),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
