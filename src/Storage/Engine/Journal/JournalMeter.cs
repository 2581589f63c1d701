using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Platform.Storage.Engine.Journal;

/// <summary>The meter <c>Platform.Journal</c>.</summary>
internal static class JournalMeter
{
    private static readonly Meter Meter = new("Platform.Journal");
    private static readonly ConcurrentDictionary<GroupCommitWriter, byte> Writers = new();

    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "platform.journal.batch.size", "{command}", "Commands in one transaction.");

    public static readonly Histogram<double> CommitSeconds = Meter.CreateHistogram<double>(
        "platform.journal.commit.duration", "s", "From the start of a batch to its commit.");

    public static readonly Counter<long> Shed = Meter.CreateCounter<long>(
        "platform.journal.shed", "{command}", "Commands refused because the queue was full.");

    public static readonly Counter<long> Rejected = Meter.CreateCounter<long>(
        "platform.journal.rejected", "{command}", "Commands that the store rejected.");

    public static readonly ObservableGauge<int> Queued = Meter.CreateObservableGauge(
        "platform.journal.queue.depth", () => Writers.Keys.Sum(writer => writer.Queued), "{command}", "Commands that wait to be written.");

    public static void Observe(GroupCommitWriter writer) => Writers.TryAdd(writer, 0);

    /// <summary>
    /// Creates the counters of failures with 0, so that the first failure shows as an increase. Call it after measuring has started.
    /// </summary>
    public static void Begin()
    {
        Shed.Add(0);
        Rejected.Add(0);
    }

    public static void Forget(GroupCommitWriter writer) => Writers.TryRemove(writer, out _);
}
