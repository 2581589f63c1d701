using System.Diagnostics;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>The progress of a batch while some of its appends have no outcome yet.</summary>
internal sealed class CommitProgress
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(500);
    private TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>True if the batch was sent and its answer lost: it may be committed.</summary>
    public bool Uncertain { get; set; }

    /// <summary>Why the last transaction was rolled back; null once the next one is sent.</summary>
    public Exception? RollbackCause { get; set; }

    /// <summary>Whether the journal must be read before anything is sent again.</summary>
    public bool MustReadJournal => Uncertain || RollbackCause is not null;

    /// <summary>How long to wait for a store that does not answer: twice as long each time, up to a limit.</summary>
    public TimeSpan NextPause()
    {
        var now = _pause;
        _pause = now * 2 < MaxPause ? now * 2 : MaxPause;
        return now;
    }
}

/// <summary>Why a batch was not written, and whether it had been sent.</summary>
internal sealed record CommitFailure(StoreError Error, Exception Exception, bool Sent);

/// <summary>Completes several appends.</summary>
internal static class QueuedAppends
{
    /// <summary>Completes all appends with this result and clears the list.</summary>
    public static void Complete(this List<QueuedAppend> appends, AppendResult result)
    {
        foreach (var queued in appends)
        {
            queued.Complete(new AppendOutcome(result));
        }

        appends.Clear();
    }

    /// <summary>Completes some appends with this result, in order, and removes them from the list.</summary>
    public static void Complete(this List<QueuedAppend> appends, Predicate<QueuedAppend> which, AppendResult result) =>
        appends.RemoveAll(queued =>
        {
            if (!which(queued))
            {
                return false;
            }

            queued.Complete(new AppendOutcome(result));
            return true;
        });
}
