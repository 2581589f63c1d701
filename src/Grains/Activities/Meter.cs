using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Activities;
using Platform.Grains.Common.Entities;

namespace Platform.Grains.Activities;

/// <summary>What happened to the meter of a user. Month is the local one, as <c>2026-11</c>.</summary>
[JsonDerivedType(typeof(UsageTaken), "taken")]
[JsonDerivedType(typeof(UsageGivenBack), "given-back")]
public abstract record MeterEvent(string Type, string Month, int Quantity);

/// <summary>A quantity was counted; Before is what stood before it.</summary>
public sealed record UsageTaken(string Type, string Month, int Quantity, long Before) : MeterEvent(Type, Month, Quantity);

public sealed record UsageGivenBack(string Type, string Month, int Quantity, long Before) : MeterEvent(Type, Month, Quantity);

/// <summary>What a user has used, by month and type. Months that no activity can be of any more are dropped.</summary>
public sealed record MeterState(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, long>> Months)
{
    public const int KeptMonths = 3;

    public static readonly MeterState Empty = new(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, long>>.Empty.WithComparers(StringComparer.Ordinal));

    public long Used(string month, string type) => Months.TryGetValue(month, out var types) && types.TryGetValue(type, out var used) ? used : 0;

    public bool Keeps(string month) => Months.ContainsKey(month);

    public MeterState Apply(MeterEvent @event) => @event switch
    {
        UsageTaken taken => With(taken, taken.Before + taken.Quantity),
        UsageGivenBack given => With(given, given.Before - given.Quantity),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a meter."),
    };

    private MeterState With(MeterEvent @event, long used)
    {
        var types = Months.GetValueOrDefault(@event.Month, ImmutableSortedDictionary<string, long>.Empty.WithComparers(StringComparer.Ordinal));
        var months = Months.SetItem(@event.Month, types.SetItem(@event.Type, used));
        return new MeterState(months.RemoveRange(months.Keys.Take(months.Count - KeptMonths)));
    }
}

/// <summary>What a meter accepts. Pure.</summary>
public static class MeterDecisions
{
    public static Decision<MeterEvent, Usage> Take(MeterState state, TakeUsage command, DecisionContext _)
    {
        var before = state.Used(command.Month, command.Type);
        return command.Quantity is < 1 or > ActivityDecisions.MaxQuantity ? ActivityErrors.InvalidQuantity
            : before > Pricing.MaxUsage - command.Quantity ? ActivityErrors.UsageTooLarge
            : Decision<MeterEvent, Usage>.Accept(new Usage(before), new UsageTaken(command.Type, command.Month, command.Quantity, before));
    }

    /// <summary>Gives back what was taken; a month that is not kept any more is nobody's concern.</summary>
    public static Decision<MeterEvent, Usage> GiveBack(MeterState state, GiveBackUsage command, DecisionContext _)
    {
        var before = state.Used(command.Month, command.Type);
        return command.Quantity < 1 ? ActivityErrors.InvalidQuantity
            : !state.Keeps(command.Month) || before < command.Quantity ? Decision<MeterEvent, Usage>.Accept(new Usage(before))
            : Decision<MeterEvent, Usage>.Accept(new Usage(before), new UsageGivenBack(command.Type, command.Month, command.Quantity, before));
    }
}

/// <summary>How a meter folds. Nobody lists meters, so it has no rows; its events say all that it replies.</summary>
public sealed class MeterDefinition : EntityDefinition<MeterState, MeterEvent>
{
    public override string Type => "activity-meter";

    public override MeterState Initial => MeterState.Empty;

    public override MeterState Apply(MeterState state, MeterEvent @event) => state.Apply(@event);

    public override object? ReplyOf(IReadOnlyList<MeterEvent> events, in Projected command) => events switch
    {
        [UsageTaken taken] => new Usage(taken.Before),
        [UsageGivenBack given] => new Usage(given.Before),
        _ => null,
    };
}
