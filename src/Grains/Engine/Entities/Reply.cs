namespace Platform.Grains.Engine.Entities;

/// <summary>
/// How an accepted command is answered. A reply from the state is stored in the journal. A reply from the events is not: a repeated
/// command is answered from the events in its row. Declared in an <see cref="EntityDefinition{TState,TEvent}"/>.
/// </summary>
public sealed class Reply<TState, TEvent, TReply>
    where TState : class
    where TEvent : class
{
    private readonly Func<Accepted<TState, TEvent>, TReply> _answer;
    private readonly Func<IReadOnlyList<TEvent>, AcceptedCommand, TReply>? _fromEvents;

    internal Reply(Func<Accepted<TState, TEvent>, TReply> fromState) => _answer = fromState;

    internal Reply(Func<IReadOnlyList<TEvent>, AcceptedCommand, TReply> fromEvents, Func<TState, TReply>? unchanged)
    {
        _fromEvents = fromEvents;
        _answer = accepted => accepted.Events.Count > 0 ? fromEvents(accepted.Events, accepted.Command)
            : unchanged is not null ? unchanged(accepted.After)
            : throw new InvalidOperationException("This command must change something, for its reply says what.");
    }

    public bool IsStored => _fromEvents is null;

    public TReply Of(Accepted<TState, TEvent> accepted) => _answer(accepted);

    /// <summary>The reply to a command whose row of the journal holds none.</summary>
    public TReply FromEvents(IReadOnlyList<TEvent> events, AcceptedCommand command) => _fromEvents is not null
        ? _fromEvents(events, command)
        : throw new InvalidOperationException($"The journal holds no reply for version {command.Version} of {command.Key}.");
}
