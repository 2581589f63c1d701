using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Identity;

/// <summary>Folds the events of a user, and defines its row.</summary>
public sealed partial class UserDefinition : EntityDefinition<UserState, UserEvent>
{
    public override string Type => "user";

    public override UserState Initial => UserState.None;

    public override UserState Apply(UserState state, UserEvent @event, in AcceptedCommand command) => state.Apply(@event);

    protected override IReadOnlyList<ReadModelRow> Project(UserState after, IReadOnlyList<UserEvent> events, in AcceptedCommand command) =>
        events.All(@event => @event is HiddenUserEvent) ? [] : [new UserRow(command.Key, after)];

    public override IReadOnlyList<AuditEntry> Audit(
        UserState before, UserState after, IReadOnlyList<UserEvent> events, in AcceptedCommand command)
    {
        var entries = UserAudit.Of(before, after, events, command.ActorId == command.Key.Id);
        if (!events.Any(UserAudit.IsByPlatform))
        {
            return entries;
        }

        var all = new List<AuditEntry>();
        foreach (var entry in entries)
        {
            all.AddRange(entry.ByThePlatform(Type, command));
        }

        return all;
    }
}

/// <summary>A row of table <c>user_account</c>. It contains no credentials; those stay in the journal.</summary>
public sealed record UserRow(EntityKey Key, UserState State) : ReadModelRow(Key);
