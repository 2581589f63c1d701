using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Platform.Activities;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

/// <summary>What happened to an organisation's catalogue of activity types.</summary>
[JsonDerivedType(typeof(ActivityTypeSet), "type-set")]
public abstract record CatalogueEvent;

/// <summary>
/// A type has this name and these prices from an instant on. Those of older journals say neither instant nor author: they are effective
/// since ever, the last one of them first.
/// </summary>
public sealed record ActivityTypeSet(
    string Code, string Name, IReadOnlyList<UnitPrice> UnitPrices, DateTimeOffset? EffectiveFrom = null, IReadOnlyList<PriceTier>? Tiers = null,
    Quantity FreeAllowance = default, Guid? SetBy = null, DateTimeOffset? SetAt = null) : CatalogueEvent;

/// <summary>
/// The versions of each type that the organisation has set, numbered from 1; built-in types stand beside them until they are set. The
/// history is state here: every version may be asked for at any time, and there are as few of them as there are price changes.
/// </summary>
public sealed record CatalogueState(ImmutableSortedDictionary<string, ImmutableList<ActivityTypeSet>> Types)
{
    public static readonly CatalogueState Empty = new(ImmutableSortedDictionary<string, ImmutableList<ActivityTypeSet>>.Empty.WithComparers(StringComparer.Ordinal));

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

    /// <summary>A type with the price that is effective at an instant.</summary>
    public ActivityTypeView? Find(string code, DateTimeOffset at)
    {
        var versions = Versions(code);
        return EffectiveAt(versions, at) is >= 0 and var index ? View(versions, index)
            : NameOf(code) is { } name ? new ActivityTypeView(code, name, [], IsBuiltIn(code))
            : null;
    }

    /// <summary>The name that was set last, or that of a built-in type; null if there is no such type.</summary>
    public string? NameOf(string code) =>
        Versions(code) is [.., var last] ? last.Name : BuiltIn.Where(type => type.Code == code).Select(type => type.Name).FirstOrDefault();

    /// <summary>A type with the last version that was set.</summary>
    public ActivityTypeView Last(string code) => View(Versions(code), Versions(code).Count - 1);

    public IReadOnlyList<PriceVersion>? History(string code) => Types.TryGetValue(code, out var versions)
        ? [.. versions.Select((set, index) => new PriceVersion(
            index + 1, set.EffectiveFrom, set.Name, set.UnitPrices, set.Tiers ?? [], set.FreeAllowance, set.SetBy, set.SetAt))]
        : IsBuiltIn(code) ? [] : null;

    // Of those that have begun the one that began last; of those that began at once, the one that was set last.
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

/// <summary>How a catalogue folds, and the reply. Its grain answers lists, so it has no rows.</summary>
public sealed class CatalogueDefinition : EntityDefinition<CatalogueState, CatalogueEvent>
{
    public override string Type => "activity-catalogue";

    public override CatalogueState Initial => CatalogueState.Empty;

    public override CatalogueState Apply(CatalogueState state, CatalogueEvent @event, in AcceptedCommand command) => state.Apply(@event);

    /// <summary>A type after the command, with the version that was set last.</summary>
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
                "activity-type.priced", ("prices", Prices(before?.UnitPrices), Prices(set.UnitPrices)), ("name", state.NameOf(set.Code), set.Name),
                ("tiers", Tiers(before?.Tiers), Tiers(set.Tiers)), ("freeAllowance", (before?.FreeAllowance ?? default).ToString(), set.FreeAllowance.ToString()),
                ("effectiveFrom", From(before), From(set)))
                .Select(entry => entry.With("type", set.Code)),
        ];
    }

    private static string? From(ActivityTypeSet? set) => set?.EffectiveFrom?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string? Prices(IReadOnlyList<UnitPrice>? prices) => prices is { Count: > 0 } ? string.Join(", ", prices) : null;

    private static string? Tiers(IReadOnlyList<PriceTier>? tiers) =>
        tiers is { Count: > 0 } ? string.Join(", ", tiers.Select(tier => $"up to {tier.UpTo}: {tier.UnitPrice}")) : null;
}
