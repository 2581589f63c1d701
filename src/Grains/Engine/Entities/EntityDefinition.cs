using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// What is particular to one kind of entity: how events fold into state, and which read-model rows follow from them.
/// Pure: the same journal gives the same state and the same rows at any time.
/// </summary>
public abstract class EntityDefinition<TState, TEvent> : IEntityReplay
    where TState : class
    where TEvent : class
{
    private SnapshotShape? _snapshot;

    /// <summary>The name in the journal and of the snapshots; never changes.</summary>
    public abstract string Type { get; }

    /// <summary>The state before the first event.</summary>
    public abstract TState Initial { get; }

    /// <summary>The shape of the state. Snapshots of another one are ignored and rebuilt.</summary>
    public SnapshotShape Snapshot => _snapshot ??= SnapshotShape.Of(typeof(TState), SnapshotMeaning);

    /// <summary>Raise it when the state keeps its shape but not its meaning, such as an amount that now includes what is held.</summary>
    protected virtual int SnapshotMeaning => 1;

    /// <summary>
    /// Whether a refusal by the state of the entity is stored under its operation id, so that the outcome of a key never
    /// changes. Where money moves.
    /// </summary>
    public virtual bool RemembersRefusals => false;

    public abstract TState Apply(TState state, TEvent @event);

    /// <summary>As above, for a state that also keeps something of the command itself.</summary>
    public virtual TState Apply(TState state, TEvent @event, in Projected command) => Apply(state, @event);

    /// <summary>The state after all events of one command.</summary>
    public TState Fold(TState state, IReadOnlyList<TEvent> events, in Projected command)
    {
        foreach (var @event in events)
        {
            state = Apply(state, @event, command);
        }

        return state;
    }

    public Func<JournalEntry, IReadOnlyList<ReadModelRow>> Begin()
    {
        var state = Initial;
        return entry =>
        {
            var events = JournalJson.Read<TEvent[]>(entry.Events);
            var before = state;
            var command = Projected.From(entry);
            state = Fold(state, events, command);
            return Rows(before, state, events, command, out _);
        };
    }

    /// <summary>The read-model rows of one accepted command.</summary>
    public virtual IReadOnlyList<ReadModelRow> Project(TState after, IReadOnlyList<TEvent> events, in Projected command) => [];

    /// <summary>As above, where rows also tell what was before.</summary>
    public virtual IReadOnlyList<ReadModelRow> Project(TState before, TState after, IReadOnlyList<TEvent> events, in Projected command) =>
        Project(after, events, command);

    /// <summary>
    /// What the audit log says of one accepted command; empty for what is not audited. Never a secret, and no entry where
    /// nothing changed. Entries of a command keep their places for life: a rebuild knows a row again by its place.
    /// </summary>
    public virtual IReadOnlyList<AuditEntry> Audit(TState before, TState after, IReadOnlyList<TEvent> events, in Projected command) => [];

    /// <summary>All rows of one accepted command, those of the audit log among them.</summary>
    internal IReadOnlyList<ReadModelRow> Rows(TState before, TState after, IReadOnlyList<TEvent> events, in Projected command, out bool audited)
    {
        var rows = Project(before, after, events, command);
        var entries = Audit(before, after, events, command);
        audited = entries.Count > 0;
        return audited ? [.. rows, .. AuditRow.Of(Type, entries, command)] : rows;
    }

    /// <summary>The state after an accepted command, and its row of the journal with all that is written beside it.</summary>
    internal (TState After, Append Append) Accept<TReply>(
        AppendChain chain, TState before, TEvent[] events, TReply reply, in DecisionContext context, Guid hash)
    {
        var caller = context.Caller;
        var projected = Projected.From(context);
        var after = Fold(before, events, projected);
        var rows = Rows(before, after, events, projected, out var audited);
        return (after, new Append(
            chain, context.Key, Type, context.NextVersion, caller.Operation, hash, caller.ActorId, context.Now,
            JournalJson.Write(events), ReplyOf(events, projected) is null ? JournalJson.Write(reply) : null,
            false, rows, audited && caller.Origin is { } origin ? JournalJson.Write(origin) : null));
    }

    /// <summary>
    /// The reply to an accepted command where its events say all of it, so that the journal need not hold it a second time;
    /// null where the reply is stored. Must equal what the decision replied.
    /// </summary>
    public virtual object? ReplyOf(IReadOnlyList<TEvent> events, in Projected command) => null;
}

/// <summary>The accepted command whose events are projected.</summary>
public readonly record struct Projected(
    EntityKey Key, long Version, OperationId Operation, Guid ActorId, DateTimeOffset At, Origin? Origin = null)
{
    public static Projected From(in DecisionContext context) =>
        new(context.Key, context.NextVersion, context.Caller.Operation, context.Caller.ActorId, context.Now, context.Caller.Origin);

    public static Projected From(JournalEntry entry) => new(
        new EntityKey(entry.OrganisationId, entry.EntityId), entry.Version, new OperationId(entry.OperationId), entry.ActorId, entry.At,
        entry.Origin is { } origin ? JournalJson.Read<Origin>(origin) : null);
}
