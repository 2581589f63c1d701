using System.Diagnostics;

namespace Platform.Storage.Engine.Journal;

/// <summary>The activity source <c>Platform.Journal</c>: one span for each batch that holds a traced command.</summary>
internal static class JournalTraces
{
    public const string Name = "Platform.Journal";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>Who asks for an append, where anybody would want to see it.</summary>
    public static ActivityContext Caller =>
        Source.HasListeners() && Activity.Current is { Recorded: true } current ? current.Context : default;

    /// <summary>
    /// Begins the span of a batch. Many commands share it and a span has one parent: it stands in the trace of the first, and links to
    /// the others.
    /// </summary>
    public static Activity? Commit(IReadOnlyList<QueuedAppend> batch)
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
