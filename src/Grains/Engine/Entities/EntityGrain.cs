using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// Base class of all entities. A command is decided, applied to the tentative state and enqueued in one synchronous
/// step; then the call waits until its journal row is durable. Classes are [Reentrant] so that many commands on one hot
/// entity share a commit; calls interleave only at that wait.
/// </summary>
public abstract partial class EntityGrain<TState, TEvent>(EntityDefinition<TState, TEvent> definition, EntityServices services) : Grain
    where TState : class
    where TEvent : class
{
    private readonly Dictionary<OperationId, InFlight> _inFlight = [];
    private readonly Queue<Pending> _pending = new();
    private readonly RecentOperations _recent = new();
    private AppendChain _chain = new();
    private Versioned _durable = null!;
    private Versioned _tentative = null!;
    private Exception? _lost;

    protected EntityKey Key { get; private set; }

    protected TimeProvider Time => services.Time;

    protected ILogger Logger => services.Logger;

    /// <summary>Whether <see cref="OnDurable"/> is called. If false, it costs nothing.</summary>
    protected bool Watched { get; set; }

    /// <summary>Answers from durable state. Throws if this silo cannot know whether it still owns the entity.</summary>
    protected async Task<Result<TReply>> ReadAsync<TReply>(Func<TState, long, Result<TReply>> answer)
    {
        if (_pending.Count > 0 && services.Writer.IsUncertain)
        {
            await _pending.Last().Outcome;
        }

        EnsureOwned();
        if (services.Writer.SinceLastAnswer > FailureDetection.ReadLease)
        {
            throw new JournalUnavailableException("The store has not answered recently enough for reads.");
        }

        return answer(_durable.State, _durable.Version);
    }

    /// <summary>Decides a command once and answers when its outcome is durable. A retry gets the same reply.</summary>
    protected Task<Result<TReply>> ExecuteAsync<TCommand, TReply>(
        TCommand command, Func<TState, TCommand, DecisionContext, Decision<TEvent>> decide, Reply<TState, TEvent, TReply> reply)
        where TCommand : Command =>
        ExecuteAsync(command, (state, context) => decide(state, command, context), reply);

    /// <summary>As above, for a decision with other inputs than the command.</summary>
    protected virtual async Task<Result<TReply>> ExecuteAsync<TReply>(
        Command command, Func<TState, DecisionContext, Decision<TEvent>> decide, Reply<TState, TEvent, TReply> reply)
    {
        var operation = command.Context.Operation;
        var hash = CommandFingerprint.Of(command);
        if (_inFlight.TryGetValue(operation, out var running))
        {
            var outcome = await running.Outcome;
            return CommandFingerprint.IsSame(hash, outcome.CommandHash)
                ? Replayed<TReply>(outcome.Reply)
                : Reused(command, outcome.CommandHash);
        }

        if (_recent.TryGet(operation, out var recent))
        {
            return await ReplayAsync(command, hash, new StoredOperation(recent.CommandHash, null, false, recent.Version), reply);
        }

        var inFlight = new InFlight();
        _inFlight.Add(operation, inFlight);
        try
        {
            var result = await DecideAsync(command, hash, decide, reply);
            inFlight.Succeed(hash, (object?)result.Error ?? result.Value!);
            return result;
        }
        catch (Exception exception)
        {
            inFlight.Fail(exception);
            throw;
        }
        finally
        {
            _inFlight.Remove(operation);
        }
    }

    /// <summary>The state that the next decision is based on. It may not be durable yet.</summary>
    protected TState Tentative => _tentative.State;

    /// <summary>Finds the outcome of an operation on this entity. Returns null if it was never decided.</summary>
    protected Task<StoredOperation?> FindOperationAsync(OperationId operation) =>
        services.Reader.FindOperationAsync(Key, operation, CancellationToken.None);

    /// <summary>
    /// Called for each command when it becomes durable, in order, while <see cref="Watched"/>. The activation may end before the call,
    /// so nothing that matters may depend on it.
    /// </summary>
    protected virtual void OnDurable(TState state, IReadOnlyList<TEvent> events, in AcceptedCommand command)
    {
    }

    /// <summary>Reads the journal row of a version of this entity. Returns null if there is none.</summary>
    protected async Task<JournalEntry?> EntryAsync(long version)
    {
        var entries = await services.Reader.ReadEntityAsync(Key, version, 1, CancellationToken.None);
        return entries.Count > 0 && entries[0].Version == version ? entries[0] : null;
    }

    private async Task<Result<TReply>> DecideAsync<TReply>(
        Command command, Guid hash, Func<TState, DecisionContext, Decision<TEvent>> decide, Reply<TState, TEvent, TReply> reply)
    {
        while (true)
        {
            EnsureOwned();
            var context = new DecisionContext(Key, _tentative.Version + 1, command.Context, Now());
            var decision = decide(_tentative.State, context);
            var (outcome, answer) = decision.Error is { } error
                ? (await RefuseAsync(error, context, hash), error)
                : await AcceptAsync(decision, context, hash, reply);
            switch (outcome.Result)
            {
                case AppendResult.Committed:
                    if (decision.Error is null)
                    {
                        Advance();
                        SnapshotWhenDue();
                    }

                    if (decision.Events.Length > 0)
                    {
                        _recent.Add(context.Caller.Operation, hash, context.NextVersion);
                    }

                    return answer;
                case AppendResult.Duplicate:
                    Restart();
                    return await ReplayAsync(command, hash, outcome.Stored!, reply);
                case AppendResult.TooLarge:
                    Restart();
                    return CommonErrors.TooLarge(outcome.Limit);
                case AppendResult.Rejected:
                    Restart();
                    return CommonErrors.NotStorable;
                case AppendResult.Overloaded:
                    Restart();
                    return CommonErrors.Overloaded;
                case AppendResult.Superseded:
                    Restart();
                    continue;
                case AppendResult.Conflict:
                    throw Lose(new InconsistentStateException(
                        $"Another activation of {definition.Type} has written version {context.NextVersion}."));
                default:
                    throw Lose(new JournalUnavailableException(
                        "The store did not confirm the command in time; it may or may not be durable."));
            }
        }
    }

    /// <summary>Folds, answers and enqueues in one step, then waits. The answer is valid only if the outcome is a commit.</summary>
    private async Task<(AppendOutcome Outcome, Result<TReply> Answer)> AcceptAsync<TReply>(
        Decision<TEvent> decision, DecisionContext context, Guid hash, Reply<TState, TEvent, TReply> reply)
    {
        var (state, answer, append) = definition.Accept(_chain, _tentative.State, decision, reply, context, hash);
        if (append is null)
        {
            return (await LastPendingAsync(), answer);
        }

        var after = new Versioned(state, context.NextVersion);
        var outcome = services.Writer.AppendAsync(append);
        if (outcome.IsCompletedSuccessfully && outcome.Result.Result != AppendResult.Committed)
        {
            // Refused before it was queued: no later decision may build on it. A commit can be known this early too, if this
            // thread was preempted after it enqueued; it counts like any other.
            return (outcome.Result, answer);
        }

        _tentative = after;
        _pending.Enqueue(new Pending(after, outcome, decision.Events, append));
        return (await outcome, answer);
    }

    /// <summary>
    /// A refusal depends on everything decided before it, so it waits until that is durable. An operation that is no longer among
    /// the recent ones is looked up in the journal before it is refused, because it keeps its outcome.
    /// </summary>
    private async Task<AppendOutcome> RefuseAsync(Error error, DecisionContext context, Guid hash)
    {
        var caller = context.Caller;
        if (definition.RemembersRefusals && error.Kind == ErrorKind.Conflict)
        {
            return await services.Writer.AppendAsync(new Append(
                _chain, Key, definition.Type, _tentative.Version, caller.Operation, hash, caller.ActorId, context.Now,
                [], JournalJson.Write(error), true, []));
        }

        var pending = await LastPendingAsync();
        if (pending.Result == AppendResult.Committed && _durable.Version > RecentOperations.Capacity &&
            await FindOperationAsync(caller.Operation) is { } stored)
        {
            return new AppendOutcome(AppendResult.Duplicate, stored);
        }

        return pending;
    }

    /// <summary>The outcome of the last append that the tentative state depends on.</summary>
    private async Task<AppendOutcome> LastPendingAsync()
    {
        if (_pending.Count == 0)
        {
            return AppendOutcome.Committed;
        }

        var outcome = await _pending.Last().Outcome;
        return outcome.Result is AppendResult.Committed or AppendResult.Conflict or AppendResult.Unknown
            ? outcome
            : new AppendOutcome(AppendResult.Superseded);
    }

    /// <summary>Moves the durable state past all committed appends, in order.</summary>
    private void Advance()
    {
        while (_pending.TryPeek(out var pending) &&
            pending.Outcome.IsCompletedSuccessfully &&
            pending.Outcome.Result.Result == AppendResult.Committed)
        {
            _durable = pending.After;
            _pending.Dequeue();
            if (Watched)
            {
                var (append, version) = (pending.Append, pending.After.Version);
                var command = new AcceptedCommand(Key, version, append.Operation, append.ActorId, append.At);
                OnDurable(pending.After.State, pending.Events, command);
            }
        }
    }

    /// <summary>Discards what was decided after a failed append. The first call that notices does it for all.</summary>
    private void Restart()
    {
        if (!_chain.IsBroken)
        {
            return;
        }

        Advance();
        _pending.Clear();
        _tentative = _durable;
        _chain = new AppendChain();
    }

    private Exception Lose(Exception reason)
    {
        _lost = reason;
        DeactivateOnIdle();
        return reason;
    }

    // All callers get the same kind of error as the first one: after a conflict, the API itself repeats the call.
    private void EnsureOwned()
    {
        if (_lost is not null)
        {
            const string Message = "This activation no longer owns its entity; retry to reach the new one.";
            throw _lost is InconsistentStateException ? new InconsistentStateException(Message) : new JournalUnavailableException(Message);
        }
    }

    // Postgres stores microseconds; a finer timestamp would differ after a read from the journal.
    private DateTimeOffset Now()
    {
        var now = Time.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    private sealed record Versioned(TState State, long Version);

    private sealed record Pending(Versioned After, Task<AppendOutcome> Outcome, IReadOnlyList<TEvent> Events, Append Append);
}
