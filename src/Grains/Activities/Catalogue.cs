using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Activities;
using Platform.Grains.Common.Audit;
using Platform.Grains.Common.Entities;

namespace Platform.Grains.Activities;

/// <summary>What happened to an organisation's catalogue of activity types.</summary>
[JsonDerivedType(typeof(ActivityTypeSet), "type-set")]
public abstract record CatalogueEvent;

/// <summary>A type has this name and these unit prices from now on.</summary>
public sealed record ActivityTypeSet(string Code, string Name, IReadOnlyList<Money> UnitPrices) : CatalogueEvent;

/// <summary>The types that an organisation has set; built-in ones stand beside them until they are set.</summary>
public sealed record CatalogueState(ImmutableSortedDictionary<string, ActivityTypeSet> Types)
{
    public static readonly CatalogueState Empty = new(ImmutableSortedDictionary<string, ActivityTypeSet>.Empty.WithComparers(StringComparer.Ordinal));

    private static readonly (string Code, string Name)[] BuiltIn =
        [("form-download", "Form download"), ("report-generation", "Report generation")];

    public CatalogueState Apply(CatalogueEvent @event) => @event switch
    {
        ActivityTypeSet set => new(Types.SetItem(set.Code, set)),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a catalogue."),
    };

    public IReadOnlyList<ActivityTypeView> List() =>
    [
        .. BuiltIn.Select(type => Find(type.Code)!),
        .. Types.Values.Where(set => !IsBuiltIn(set.Code)).Select(set => Find(set.Code)!),
    ];

    public ActivityTypeView? Find(string code)
    {
        if (Types.TryGetValue(code, out var set))
        {
            return new ActivityTypeView(set.Code, set.Name, set.UnitPrices, IsBuiltIn(code));
        }

        return BuiltIn.Where(type => type.Code == code).Select(type => new ActivityTypeView(type.Code, type.Name, [], true)).FirstOrDefault();
    }

    private static bool IsBuiltIn(string code) => BuiltIn.Any(type => type.Code == code);
}

/// <summary>How a catalogue folds. Its grain answers lists, so it has no rows.</summary>
public sealed class CatalogueDefinition : EntityDefinition<CatalogueState, CatalogueEvent>
{
    public override string Type => "activity-catalogue";

    public override CatalogueState Initial => CatalogueState.Empty;

    public override CatalogueState Apply(CatalogueState state, CatalogueEvent @event) => state.Apply(@event);

    public override IReadOnlyList<AuditEntry> Audit(
        CatalogueState before, CatalogueState after, IReadOnlyList<CatalogueEvent> events, in Projected command) =>
        events is [ActivityTypeSet set] ? Changes(before.Find(set.Code), set) : [];

    private static IReadOnlyList<AuditEntry> Changes(ActivityTypeView? before, ActivityTypeSet set) =>
    [
        .. AuditEntry.Changed("activity-type.priced", ("prices", Prices(before?.UnitPrices), Prices(set.UnitPrices)), ("name", before?.Name, set.Name))
            .Select(entry => entry.With("type", set.Code)),
    ];

    private static string? Prices(IReadOnlyList<Money>? prices) => prices is { Count: > 0 } ? string.Join(", ", prices) : null;
}
