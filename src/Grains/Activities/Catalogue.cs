using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Platform.Activities;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

/// <summary>An event of an organisation's catalogue of activity types.</summary>
[JsonDerivedType(typeof(ActivityTypeSet), "type-set")]
public abstract record CatalogueEvent;

/// <summary>
/// Sets the name and prices of a type from an instant on. Old events have neither instant nor author; they are effective from the
/// beginning, and the last one wins.
/// </summary>
public sealed record ActivityTypeSet(
    string Code, string Name, IReadOnlyList<UnitPrice> UnitPrices, DateTimeOffset? EffectiveFrom = null,
    IReadOnlyList<PriceTier>? Tiers = null,
    Quantity FreeAllowance = default, Guid? SetBy = null, DateTimeOffset? SetAt = null) : CatalogueEvent;

/// <summary>
/// The versions of each type that the organisation has set, numbered from 1. Built-in types apply until they are set. The history is part
/// of the state, because any version may be requested and there are few.
/// </summary>
public sealed record CatalogueState(ImmutableSortedDictionary<string, ImmutableList<ActivityTypeSet>> Types)
{
    public static readonly CatalogueState Empty = new(
        ImmutableSortedDictionary<string, ImmutableList<ActivityTypeSet>>.Empty.WithComparers(StringComparer.Ordinal));

    private static readonly (string Code, string Name)[] BuiltIn =
        [("form-download", "Form download"), ("report-generation", "Report generation")];

    public CatalogueState Apply(CatalogueEvent @event) => @event switch
    {
        ActivityTypeSet set => new(Types.SetItem(set.Code, Versions(set.Code).Add(set))),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a catalogue."),
    };

    public ImmutableList<ActivityTypeSet> Versions(string code) => Types.GetValueOrDefault(code, []);

    public IReadOnlyList<ActivityTypeView> List(DateTimeOffset at) =>
    [
        .. BuiltIn.Select(type => Find(type.Code, at)!),
        .. Types.Keys.Where(code => !IsBuiltIn(code)).Select(code => Find(code, at)!),
    ];

    /// <summary>Returns a type with the price effective at an instant, or null if there is no such type.</summary>
    public ActivityTypeView? Find(string code, DateTimeOffset at)
    {
        var versions = Versions(code);
        return EffectiveAt(versions, at) is >= 0 and var index ? View(versions, index)
            : NameOf(code) is { } name ? new ActivityTypeView(code, name, [], IsBuiltIn(code))
            : null;
    }

    /// <summary>Returns the last name set, or the built-in one; null if there is no such type.</summary>
    public string? NameOf(string code) =>
        Versions(code) is [.., var last] ? last.Name : BuiltIn.Where(type => type.Code == code).Select(type => type.Name).FirstOrDefault();

    /// <summary>Returns a type with the version set last.</summary>
    public ActivityTypeView Last(string code) => View(Versions(code), Versions(code).Count - 1);

    public IReadOnlyList<PriceVersion>? History(string code) => Types.TryGetValue(code, out var versions)
        ? [.. versions.Select((set, index) => new PriceVersion(
            index + 1, set.EffectiveFrom, set.Name, set.UnitPrices, set.Tiers ?? [], set.FreeAllowance, set.SetBy, set.SetAt))]
        : IsBuiltIn(code) ? [] : null;

    // Finds the version that became effective last; of those with the same instant, the one set last.
    private static int EffectiveAt(ImmutableList<ActivityTypeSet> versions, DateTimeOffset at)
    {
        var found = -1;
        for (var i = 0; i < versions.Count; i++)
        {
            var from = versions[i].EffectiveFrom;
            if (!(from > at) && (found < 0 || !(versions[found].EffectiveFrom > (from ?? DateTimeOffset.MinValue))))
            {
                found = i;
            }
        }

        return found;
    }

    private static ActivityTypeView View(ImmutableList<ActivityTypeSet> versions, int index)
    {
        var set = versions[index];
        return new ActivityTypeView(
            set.Code, set.Name, set.UnitPrices, IsBuiltIn(set.Code), index + 1, set.EffectiveFrom, set.Tiers, set.FreeAllowance);
    }

    private static bool IsBuiltIn(string code) => BuiltIn.Any(type => type.Code == code);
}

/// <summary>
/// Folds the events of a catalogue; defines its reply and audit entries. It has no rows, because the grain answers lists.
/// </summary>
public sealed class CatalogueDefinition : EntityDefinition<CatalogueState, CatalogueEvent>
{
    public override string Type => "activity-catalogue";

    public override CatalogueState Initial => CatalogueState.Empty;

    public override CatalogueState Apply(CatalogueState state, CatalogueEvent @event, in AcceptedCommand command) => state.Apply(@event);

    /// <summary>Replies with a type after the command, with the version set last.</summary>
    public static Reply<CatalogueState, CatalogueEvent, ActivityTypeView> LastOf(string code) =>
        FromState(accepted => accepted.After.Last(code));

    public override IReadOnlyList<AuditEntry> Audit(
        CatalogueState before, CatalogueState after, IReadOnlyList<CatalogueEvent> events, in AcceptedCommand command) =>
        events is [ActivityTypeSet set] ? Changes(before, set) : [];

    private static IReadOnlyList<AuditEntry> Changes(CatalogueState state, ActivityTypeSet set)
    {
        var before = state.Versions(set.Code) is [.., var last] ? last : null;
        return
        [
            .. AuditEntry.Changed(
                "activity-type.priced", ("prices", Prices(before?.UnitPrices), Prices(set.UnitPrices)),
                ("name", state.NameOf(set.Code), set.Name),
                ("tiers", Tiers(before?.Tiers), Tiers(set.Tiers)),
                ("freeAllowance", (before?.FreeAllowance ?? default).ToString(), set.FreeAllowance.ToString()),
                ("effectiveFrom", From(before), From(set)))
                .Select(entry => entry.With("type", set.Code)),
        ];
    }

    private static string? From(ActivityTypeSet? set) => set?.EffectiveFrom?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string? Prices(IReadOnlyList<UnitPrice>? prices) => prices is { Count: > 0 } ? string.Join(", ", prices) : null;

    private static string? Tiers(IReadOnlyList<PriceTier>? tiers) =>
        tiers is { Count: > 0 } ? string.Join(", ", tiers.Select(tier => $"up to {tier.UpTo}: {tier.UnitPrice}")) : null;
}
