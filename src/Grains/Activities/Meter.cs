using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

/// <summary>What happened to the meter of a user. Month is the local one, as <c>2026-11</c>.</summary>
[JsonDerivedType(typeof(UsageTaken), "taken")]
[JsonDerivedType(typeof(UsageGivenBack), "given-back")]
public abstract record MeterEvent(string Type, string Month, Quantity Quantity);

/// <summary>A quantity was counted. It stands after Before, in one piece unless its places are named.</summary>
public sealed record UsageTaken(string Type, string Month, Quantity Quantity, Quantity Before, IReadOnlyList<UsageSpan>? Places = null)
    : MeterEvent(Type, Month, Quantity);

/// <summary>A quantity was counted off; Before is how much was used then. Without places it was the last that had been taken.</summary>
public sealed record UsageGivenBack(string Type, string Month, Quantity Quantity, Quantity Before, IReadOnlyList<UsageSpan>? Places = null)
    : MeterEvent(Type, Month, Quantity);

/// <summary>What a user has used, by month and type. Months that no activity can be of any more are dropped.</summary>
public sealed record MeterState(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, MonthUse>> Months)
{
    public const int KeptMonths = 3;

    public static readonly MeterState Empty = new(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, MonthUse>>.Empty.WithComparers(StringComparer.Ordinal));

    public Quantity Used(string month, string type) => Of(month, type).Used;

    public MonthUse Of(string month, string type) => Months.TryGetValue(month, out var types) && types.TryGetValue(type, out var use) ? use : MonthUse.None;

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
        var types = Months.GetValueOrDefault(@event.Month, ImmutableSortedDictionary<string, MonthUse>.Empty.WithComparers(StringComparer.Ordinal));
        var months = Months.SetItem(@event.Month, types.SetItem(@event.Type, use));
        return new MeterState(months.RemoveRange(months.Keys.Take(months.Count - KeptMonths)));
    }
}

/// <summary>What a meter accepts. Pure.</summary>
public static class MeterDecisions
{
    public static Decision<MeterEvent> Take(MeterState state, TakeUsage command, DecisionContext _)
    {
        if (!ActivityRules.IsQuantity(command.Quantity))
        {
            return ActivityErrors.InvalidQuantity;
        }

        var places = state.Of(command.Month, command.Type).PlacesFor(command.Quantity);
        var (before, named) = (places[0].Before, UsageSpans.Named(places));
        return places[^1].End > Pricing.MaxUsage
            ? ActivityErrors.UsageTooLarge
            : new UsageTaken(command.Type, command.Month, command.Quantity, before, named);
    }

    /// <summary>Gives back what was taken; a month that is not kept any more is nobody's concern.</summary>
    public static Decision<MeterEvent> GiveBack(MeterState state, GiveBackUsage command, DecisionContext _)
    {
        var use = state.Of(command.Month, command.Type);
        var before = use.Used;
        return command.Quantity <= 0 ? ActivityErrors.InvalidQuantity
            : !state.Keeps(command.Month) || before < command.Quantity ? Decision<MeterEvent>.Unchanged
            : new UsageGivenBack(command.Type, command.Month, command.Quantity, before, use.Returnable(command.Quantity, command.Places));
    }
}

/// <summary>How a meter folds. Nobody lists meters, so it has no rows; its events say all that it replies.</summary>
public sealed class MeterDefinition : EntityDefinition<MeterState, MeterEvent>
{
    public override string Type => "activity-meter";

    public override MeterState Initial => MeterState.Empty;

    public override MeterState Apply(MeterState state, MeterEvent @event, in AcceptedCommand command) => state.Apply(@event);

    /// <summary>What was used of a type in a month before the command.</summary>
    public static Reply<MeterState, MeterEvent, Usage> UsedBefore(string month, string type) => FromEvents(
        static (events, _) => events[0] switch
        {
            UsageTaken taken => new Usage(taken.Before, taken.Places),
            UsageGivenBack given => new Usage(given.Before),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not an event of a meter."),
        },
        unchanged => new Usage(unchanged.Used(month, type)));
}
