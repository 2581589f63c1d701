using System.Text;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.UnitTests.Common;

/// <summary>The result of a decision: the state after it and the reply, or the error.</summary>
internal sealed record Decided<TState, TEvent, TReply>(TState State, TEvent[] Events, TReply? Reply, Error? Error);

/// <summary>Accepts a decision like a grain: folds its events, and asks the definition for the reply.</summary>
internal static class DecidedExtensions
{
    /// <summary>Also checks that a repetition would get exactly the same reply from what the journal contains.</summary>
    public static Decided<TState, TEvent, TReply> Accept<TState, TEvent, TReply>(
        this Decision<TEvent> decision, EntityDefinition<TState, TEvent> definition, TState state, DecisionContext context,
        Reply<TState, TEvent, TReply> reply)
        where TState : class
        where TEvent : class
    {
        if (decision.Error is { } error)
        {
            Assert.Empty(decision.Events);
            return new(state, [], default, error);
        }

        var (after, answer, append) = definition.Accept(new AppendChain(), state, decision, reply, context, Guid.Empty);
        if (append is null)
        {
            Assert.Same(state, after);
            return new(after, [], answer, null);
        }

        Assert.Equal(reply.IsStored, append.Reply is not null);
        var again = append.Reply is { } stored
            ? JournalJson.Read<TReply>(Encoding.UTF8.GetString(stored))
            : reply.FromEvents(JournalJson.Read<TEvent[]>(Encoding.UTF8.GetString(append.Events)), AcceptedCommand.From(context));
        Assert.Equal(JournalJson.Write(answer), JournalJson.Write(again));
        return new(after, decision.Events, answer, null);
    }
}
