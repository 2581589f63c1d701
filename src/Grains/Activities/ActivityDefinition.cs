using Platform.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Activities;

/// <summary>Folds the events of an activity; defines its row and reply.</summary>
public sealed class ActivityDefinition : EntityDefinition<ActivityState, ActivityEvent>
{
    public static readonly Reply<ActivityState, ActivityEvent, ActivityView> View =
        FromState(static accepted => accepted.After.ToView(accepted.Command.Key, accepted.Command.Version));

    public override string Type => "activity";

    public override ActivityState Initial => ActivityState.None;

    // Completing and cancelling move money, so a repeated key must always get the same outcome.
    public override bool RemembersRefusals => true;

    public override ActivityState Apply(ActivityState state, ActivityEvent @event, in AcceptedCommand command) => state.Apply(@event);

    protected override IReadOnlyList<ReadModelRow> Project(
        ActivityState after, IReadOnlyList<ActivityEvent> events, in AcceptedCommand command) =>
        [new ActivityRow(command.Key, after, command.Version)];
}

/// <summary>A row of table <c>activity</c>.</summary>
public sealed record ActivityRow(EntityKey Key, ActivityState State, long Version) : ReadModelRow(Key);
