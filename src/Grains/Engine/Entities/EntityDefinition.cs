using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// Defines one type of entity: how events fold into state, which read-model rows they produce, and how commands are answered.
/// It must be pure: the same journal always gives the same state and rows.
/// </summary>
public abstract class EntityDefinition<TState, TEvent> : IEntityReplay
    where TState : class
    where TEvent : class
{
    private SnapshotShape? _snapshot;

    /// <summary>The name in the journal and in snapshots. Never change it.</summary>
    public abstract string Type { get; }

    /// <summary>The state before the first event.</summary>
    public abstract TState Initial { get; }

    /// <summary>The shape of the state. Snapshots of another shape are ignored and rebuilt.</summary>
    public SnapshotShape Snapshot => _snapshot ??= SnapshotShape.Of(typeof(TState), SnapshotMeaning);

    /// <summary>Increase it if the state keeps its shape but changes its meaning, such as an amount that now includes holds.</summary>
    protected virtual int SnapshotMeaning => 1;

    /// <summary>
    /// Whether a refusal because of the entity's state is stored under its operation id, so that a retry gets the same outcome.
    /// True for entities that move money.
    /// </summary>
    public virtual bool RemembersRefusals => false;

    /// <summary>The state after one event of a command.</summary>
    public abstract TState Apply(TState state, TEvent @event, in AcceptedCommand command);

    /// <summary>
    /// The state after all events of one command. Adds their read-model rows to <paramref name="rows"/>; pass null if they are not needed.
    /// </summary>
    public virtual TState Fold(TState before, IReadOnlyList<TEvent> events, in AcceptedCommand command, List<ReadModelRow>? rows)
    {
        var after = before;
        foreach (var @event in events)
        {
            after = Apply(after, @event, command);
        }

        rows?.AddRange(Project(after, events, command));
        return after;
    }

    /// <summary>
    /// The audit entries of one accepted command; empty if it is not audited or changed nothing. Never include secrets.
    /// Never change the order of a command's entries: a rebuild recognises a row by its index.
    /// </summary>
    public virtual IReadOnlyList<AuditEntry> Audit(
        TState before, TState after, IReadOnlyList<TEvent> events, in AcceptedCommand command) => [];

    public Func<JournalEntry, IReadOnlyList<ReadModelRow>> Begin()
    {
        var state = Initial;
        return entry =>
        {
            var rows = new List<ReadModelRow>();
            (state, _) = FoldAndAudit(state, JournalJson.Read<TEvent[]>(entry.Events), AcceptedCommand.From(entry), rows);
            return rows;
        };
    }

    /// <summary>
    /// The state after an accepted command, its reply, and the append of its journal row and read-model rows. The append is null if the
    /// command changed nothing.
    /// </summary>
    public (TState After, TReply Reply, Append? Append) Accept<TReply>(
        AppendChain chain, TState before, Decision<TEvent> decision, Reply<TState, TEvent, TReply> reply, in DecisionContext context,
        Guid hash)
    {
        var (events, command) = (decision.Events, AcceptedCommand.From(context));
        if (events.Length == 0)
        {
            var unchanged = new Accepted<TState, TEvent>(before, before, [], command with { Version = command.Version - 1 });
            return (before, reply.Of(unchanged), null);
        }

        var caller = context.Caller;
        var rows = new List<ReadModelRow>(events.Length + 1);
        var (after, audited) = FoldAndAudit(before, events, command, rows);
        var answer = reply.Of(new Accepted<TState, TEvent>(before, after, events, command));
        return (after, answer, new Append(
            chain, context.Key, Type, context.NextVersion, caller.Operation, hash, caller.ActorId, context.Now,
            JournalJson.Write(events), reply.IsStored ? JournalJson.Write(answer) : null,
            false, rows, audited && caller.Origin is { } origin ? JournalJson.Write(origin) : null));
    }

    /// <summary>The read-model rows of one accepted command, from the state after it.</summary>
    protected virtual IReadOnlyList<ReadModelRow> Project(TState after, IReadOnlyList<TEvent> events, in AcceptedCommand command) => [];

    /// <summary>Declares a reply that is stored in the journal, made from the unchanged state if the command changed nothing.</summary>
    protected static Reply<TState, TEvent, TReply> FromState<TReply>(Func<Accepted<TState, TEvent>, TReply> reply) => new(reply);

    /// <summary>
    /// Declares a reply that is made from the events alone and so need not be stored. <paramref name="unchanged"/> answers a command that
    /// changed nothing; leave it out if the command always changes something.
    /// </summary>
    protected static Reply<TState, TEvent, TReply> FromEvents<TReply>(
        Func<IReadOnlyList<TEvent>, AcceptedCommand, TReply> reply, Func<TState, TReply>? unchanged = null) => new(reply, unchanged);

    private (TState After, bool Audited) FoldAndAudit(TState before, TEvent[] events, in AcceptedCommand command, List<ReadModelRow> rows)
    {
        var after = Fold(before, events, command, rows);
        var entries = Audit(before, after, events, command);
        if (entries.Count == 0)
        {
            return (after, false);
        }

        rows.AddRange(AuditRow.Of(Type, entries, command));
        return (after, true);
    }
}
