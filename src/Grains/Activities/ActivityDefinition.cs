using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Activities;

/// <summary>How an activity folds, and its row.</summary>
public sealed class ActivityDefinition : EntityDefinition<ActivityState, ActivityEvent>
{
    public override string Type => "activity";

    public override ActivityState Initial => ActivityState.None;

    // Whether an authorisation was completed or cancelled is about money: the outcome of a key never changes.
    public override bool RemembersRefusals => true;

    public override ActivityState Apply(ActivityState state, ActivityEvent @event) => state.Apply(@event);

    public override IReadOnlyList<ReadModelRow> Project(ActivityState after, IReadOnlyList<ActivityEvent> events, in Projected command) =>
        [new ActivityRow(command.Key, after, command.Version)];
}

/// <summary>A row of table <c>activity</c>.</summary>
public sealed record ActivityRow(EntityKey Key, ActivityState State, long Version) : ReadModelRow
{
    public override EntityKey? CoalesceBy => Key;
}
