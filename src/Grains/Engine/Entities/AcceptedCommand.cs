using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// An accepted command as its journal row has it: who did it to which entity, when, and the resulting version. The version
/// is the current one if the command changed nothing.
/// </summary>
public readonly record struct AcceptedCommand(
    EntityKey Key, long Version, OperationId Operation, Guid ActorId, DateTimeOffset At, Origin? Origin = null)
{
    public static AcceptedCommand From(in DecisionContext context) =>
        new(context.Key, context.NextVersion, context.Caller.Operation, context.Caller.ActorId, context.Now, context.Caller.Origin);

    public static AcceptedCommand From(JournalEntry entry) => new(
        new EntityKey(entry.OrganisationId, entry.EntityId), entry.Version, new OperationId(entry.OperationId), entry.ActorId, entry.At,
        entry.Origin is { } origin ? JournalJson.Read<Origin>(origin) : null);
}

/// <summary>An accepted command and what it changed. If nothing changed, there are no events, and Before and After are the same.</summary>
public readonly record struct Accepted<TState, TEvent>(TState Before, TState After, IReadOnlyList<TEvent> Events, AcceptedCommand Command);
