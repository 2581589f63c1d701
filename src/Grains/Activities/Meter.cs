using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

/// <summary>An event of a user's meter. Month is local, such as <c>2026-11</c>.</summary>
[JsonDerivedType(typeof(UsageTaken), "taken")]
[JsonDerivedType(typeof(UsageGivenBack), "given-back")]
public abstract record MeterEvent(string Type, string Month, Quantity Quantity);

/// <summary>Units were taken: one span after Before, or the spans in Places.</summary>
public sealed record UsageTaken(string Type, string Month, Quantity Quantity, Quantity Before, IReadOnlyList<UsageSpan>? Places = null)
    : MeterEvent(Type, Month, Quantity);

/// <summary>Units were given back. Before is the usage before that. Without Places they are the units taken last.</summary>
public sealed record UsageGivenBack(string Type, string Month, Quantity Quantity, Quantity Before, IReadOnlyList<UsageSpan>? Places = null)
    : MeterEvent(Type, Month, Quantity);

/// <summary>A user's usage by month and type. Only the last months are kept.</summary>
public sealed record MeterState(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, MonthUse>> Months)
{
    public const int KeptMonths = 3;

    public static readonly MeterState Empty = new(
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, MonthUse>>.Empty.WithComparers(StringComparer.Ordinal));

    public Quantity Used(string month, string type) => Of(month, type).Used;

    public MonthUse Of(string month, string type) =>
        Months.TryGetValue(month, out var types) && types.TryGetValue(type, out var use) ? use : MonthUse.None;

    public bool Keeps(string month) => Months.ContainsKey(month);

    public MeterState Apply(MeterEvent @event)
    {
        var use = Of(@event.Month, @event.Type);
        return @event switch
        {
            UsageTaken taken => With(taken, use.Take(UsageSpans.Of(taken.Before, taken.Quantity, taken.Places))),
            UsageGivenBack given => With(given, use.GiveBack(given.Places ?? use.Returnable(given.Quantity, null))),
            _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a meter."),
        };
    }

    private MeterState With(MeterEvent @event, MonthUse use)
    {
        var types = Months.GetValueOrDefault(
            @event.Month, ImmutableSortedDictionary<string, MonthUse>.Empty.WithComparers(StringComparer.Ordinal));
        var months = Months.SetItem(@event.Month, types.SetItem(@event.Type, use));
        return new MeterState(months.RemoveRange(months.Keys.Take(months.Count - KeptMonths)));
    }
}

/// <summary>Decides changes of a meter.</summary>
public static class MeterDecisions
{
    public static Decision<MeterEvent> Take(MeterState state, TakeUsage command, DecisionContext _)
    {
        if (!ActivityRules.IsQuantity(command.Quantity))
        {
            return ActivityErrors.InvalidQuantity;
        }

        var places = state.Of(command.Month, command.Type).PlacesFor(command.Quantity);
        var (before, stored) = (places[0].Before, UsageSpans.Stored(places));
        return places[^1].End > Pricing.MaxUsage
            ? ActivityErrors.UsageTooLarge
            : new UsageTaken(command.Type, command.Month, command.Quantity, before, stored);
    }

    /// <summary>Gives back what was taken; does nothing for a month that is no longer kept.</summary>
    public static Decision<MeterEvent> GiveBack(MeterState state, GiveBackUsage command, DecisionContext _)
    {
        var use = state.Of(command.Month, command.Type);
        var before = use.Used;
        return command.Quantity <= 0 ? ActivityErrors.InvalidQuantity
            : !state.Keeps(command.Month) || before < command.Quantity ? Decision<MeterEvent>.Unchanged
            : new UsageGivenBack(command.Type, command.Month, command.Quantity, before, use.Returnable(command.Quantity, command.Places));
    }
}

/// <summary>Folds the events of a meter. It has no rows, because meters are never listed.</summary>
public sealed class MeterDefinition : EntityDefinition<MeterState, MeterEvent>
{
    public override string Type => "activity-meter";

    public override MeterState Initial => MeterState.Empty;

    public override MeterState Apply(MeterState state, MeterEvent @event, in AcceptedCommand command) => state.Apply(@event);

    /// <summary>Replies with the usage of a type in a month before the command.</summary>
    public static Reply<MeterState, MeterEvent, Usage> UsedBefore(string month, string type) => FromEvents(
        static (events, _) => events[0] switch
        {
            UsageTaken taken => new Usage(taken.Before, taken.Places),
            UsageGivenBack given => new Usage(given.Before),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not an event of a meter."),
        },
        unchanged => new Usage(unchanged.Used(month, type)));
}
