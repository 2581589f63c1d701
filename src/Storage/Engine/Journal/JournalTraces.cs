using System.Diagnostics;

namespace Platform.Storage.Engine.Journal;

/// <summary>The activity source <c>Platform.Journal</c>: one span for each batch that contains a traced command.</summary>
internal static class JournalTraces
{
    public const string Name = "Platform.Journal";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>The current span if it is recorded, as the caller of an append.</summary>
    public static ActivityContext Caller =>
        Source.HasListeners() && Activity.Current is { Recorded: true } current ? current.Context : default;

    /// <summary>
    /// Starts the span of a batch. Many commands share it but a span has only one parent: it belongs to the trace of the first command
    /// and links to the others.
    /// </summary>
    public static Activity? StartCommit(IReadOnlyList<QueuedAppend> batch)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var callers = batch.Select(queued => queued.Caller).Where(caller => caller != default).Distinct().ToList();
        return callers.Count == 0
            ? null
            : Source.StartActivity(
                "journal.commit", ActivityKind.Internal, callers[0], [new("platform.journal.batch.size", batch.Count)],
                callers.Skip(1).Select(caller => new ActivityLink(caller)));
    }
}
