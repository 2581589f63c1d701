using System.Collections.Immutable;
using System.Globalization;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Engine.Audit;

/// <summary>
/// What the audit log says of one thing that a command did. Action is a stable code such as <c>role.granted</c>. The entity is
/// the one that decided, in the log of its organisation, unless others are named. With a Code it is a refusal, which the entity
/// has recorded by an event. A detail of several texts, such as permissions, is kept longer than one that somebody typed.
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

    /// <summary>Where the command came from is none of this log's readers' business: it was somebody of another organisation.</summary>
    public bool WithoutOrigin { get; init; }

    /// <summary>An entry with these details; those without a value are left out.</summary>
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
    /// An entry for what is other than before, each with its new value as <c>name</c> and its old one as <c>name.was</c>;
    /// none if all is as it was.
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

    /// <summary>The same with one more detail.</summary>
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
    /// For what somebody of the platform did to another organisation: in both logs. Where the people of the platform sit is told in
    /// theirs alone.
    /// </summary>
    public IReadOnlyList<AuditEntry> ByThePlatform(string entityType, in AcceptedCommand command) =>
        [this with { WithoutOrigin = true }, this with { OrganisationId = Caller.Platform, EntityType = entityType, EntityId = command.Key.Id }];

    /// <summary>Details of any source within the bounds that the log keeps.</summary>
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
