using System.Diagnostics;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>A queued append and the task of its outcome.</summary>
internal sealed class QueuedAppend(Append append, long enqueuedAt)
{
    private readonly TaskCompletionSource<AppendOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Append Append { get; } = append;

    public long EnqueuedAt { get; } = enqueuedAt;

    /// <summary>The span that waits for it; the default if it is not traced.</summary>
    public ActivityContext Caller { get; } = JournalTraces.Caller;

    public int Bytes { get; } = append.Events.Length + (append.Reply?.Length ?? 0) + (append.Origin?.Length ?? 0);

    public Task<AppendOutcome> Outcome => _outcome.Task;

    /// <summary>
    /// Sets the outcome. If the append was not written, later appends that depend on it must not be written either, so the chain
    /// breaks first. A refusal changes no state, so nothing depends on it.
    /// </summary>
    public void Complete(AppendOutcome outcome)
    {
        var harmless = outcome.Result == AppendResult.Committed || (Append.Refusal && outcome.Result == AppendResult.Duplicate);
        if (!harmless)
        {
            Append.Chain.Break();
        }

        _outcome.TrySetResult(outcome);
    }
}
