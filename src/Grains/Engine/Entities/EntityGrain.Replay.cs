using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>Retries: an operation that was decided before gets its stored outcome.</summary>
public abstract partial class EntityGrain<TState, TEvent>
{
    private async Task<Result<TReply>> ReplayAsync<TReply>(
        Command command, Guid hash, StoredOperation stored, Reply<TState, TEvent, TReply> reply)
    {
        if (!CommandFingerprint.IsSame(hash, stored.CommandHash))
        {
            return Reused(command, stored.CommandHash);
        }

        return Replayed<TReply>((stored.Refused, stored.Reply) switch
        {
            (true, var error) => JournalJson.Read<Error>(error!),
            (false, { } json) => JournalJson.Read<TReply>(json)!,
            _ => await RebuildReplyAsync(stored.Version, reply),
        });
    }

    // Rows of earlier builds store replies that later builds make from the events. A stored reply wins: it is what the caller got.
    private async Task<object> RebuildReplyAsync<TReply>(long version, Reply<TState, TEvent, TReply> reply)
    {
        var entry = await EntryAsync(version) ?? throw new InvalidOperationException($"The journal has no version {version}.");
        return entry.Reply is { } json
            ? JournalJson.Read<TReply>(json)!
            : reply.FromEvents(JournalJson.Read<TEvent[]>(entry.Events), AcceptedCommand.From(entry))!;
    }

    private static Error Reused(Command command, Guid decided) =>
        CommonErrors.OperationReusedWith(CommandFingerprint.Differences(command, decided));

    private static Result<TReply> Replayed<TReply>(object outcome) => outcome switch
    {
        Error error => new Result<TReply>(default, error, Replayed: true),
        TReply reply => new Result<TReply>(reply, null, Replayed: true),
        _ => CommonErrors.OperationReused,
    };

    /// <summary>A command that is being executed. The first retry that arrives meanwhile creates a task for its outcome.</summary>
    private sealed class InFlight
    {
        private TaskCompletionSource<(Guid CommandHash, object Reply)>? _outcome;

        public Task<(Guid CommandHash, object Reply)> Outcome =>
            (_outcome ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Succeed(Guid commandHash, object reply) => _outcome?.TrySetResult((commandHash, reply));

        public void Fail(Exception exception) => _outcome?.TrySetException(exception);
    }
}
