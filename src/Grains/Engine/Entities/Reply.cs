namespace Platform.Grains.Engine.Entities;

/// <summary>
/// How an accepted command is answered. A reply from the state is stored in the journal. A reply from the events is not: a retry
/// is answered from the events in the journal row. Declared in an <see cref="EntityDefinition{TState,TEvent}"/>.
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
            : throw new InvalidOperationException("This command must have events, because its reply is made from them.");
    }

    public bool IsStored => _fromEvents is null;

    public TReply Of(Accepted<TState, TEvent> accepted) => _answer(accepted);

    /// <summary>The reply to a command whose journal row stores none.</summary>
    public TReply FromEvents(IReadOnlyList<TEvent> events, AcceptedCommand command) => _fromEvents is not null
        ? _fromEvents(events, command)
        : throw new InvalidOperationException($"The journal has no reply for version {command.Version} of {command.Key}.");
}
