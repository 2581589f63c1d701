using System.Diagnostics;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>What is known of a batch while some of its appends have no outcome yet.</summary>
internal sealed class CommitCourse
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);
    private TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The batch was sent and its answer lost: it may be committed.</summary>
    public bool Uncertain { get; set; }

    /// <summary>Why the last transaction was rolled back, until it is known what stands in the way.</summary>
    public Exception? Obstacle { get; set; }

    /// <summary>The journal must be read before anything is sent again.</summary>
    public bool MustLook => Uncertain || Obstacle is not null;

    /// <summary>How long to wait for a store that does not answer: longer each time, up to a bound.</summary>
    public TimeSpan NextPause()
    {
        var now = _pause;
        _pause = now * 2 < LongestPause ? now * 2 : LongestPause;
        return now;
    }
}

/// <summary>Why a batch was not written, and whether it had been sent by then.</summary>
internal sealed record CommitFailure(StoreError Error, Exception Exception, bool Sent);

/// <summary>Ends the wait of several appends.</summary>
internal static class QueuedAppends
{
    /// <summary>Gives all of them this outcome, and empties the list.</summary>
    public static void Complete(this List<QueuedAppend> appends, AppendResult result)
    {
        foreach (var queued in appends)
        {
            queued.Complete(new AppendOutcome(result));
        }

        appends.Clear();
    }

    /// <summary>Gives some of them this outcome, in their order, and takes them out of the list.</summary>
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
