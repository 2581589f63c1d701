namespace Platform.Grains.Engine.Journal;

/// <summary>
/// Appends commands of many entities in shared transactions. Appends of one entity are written in the order in which
/// they were enqueued, and none is written once an earlier one of the same entity has failed.
/// </summary>
public interface IJournalWriter
{
    /// <summary>Enqueues at once; the task ends when the outcome is known. Throws nothing but cancellation of the host.</summary>
    Task<AppendOutcome> AppendAsync(Append append);

    /// <summary>True while a transaction has an unknown outcome: what is committed is not known just now.</summary>
    bool IsUncertain { get; }

    /// <summary>How long ago the store last answered this process, on the monotonic clock.</summary>
    TimeSpan SinceLastAnswer { get; }
}

/// <summary>
/// The appends of one activation since it last knew its durable state. Once one of them fails, the chain is broken and
/// nothing that was decided on top of it is written.
/// </summary>
public sealed class AppendChain
{
    private volatile bool _broken;

    public bool IsBroken => _broken;

    public void Break() => _broken = true;
}

/// <summary>
/// One command to be written: an accepted one with its version and events, or a refusal to be remembered, for which
/// Version is the one it was decided on and Reply the error. No Reply where it follows from the events, no Origin where it
/// is not audited.
/// </summary>
public sealed record Append(
    AppendChain Chain,
    EntityKey Key,
    string EntityType,
    long Version,
    OperationId Operation,
    Guid CommandHash,
    Guid ActorId,
    DateTimeOffset At,
    byte[] Events,
    byte[]? Reply,
    bool Refusal,
    IReadOnlyList<ReadModelRow> Rows,
    byte[]? Origin = null);

/// <summary>
/// A row of a read model, written in the transaction of its command. Each type has one writer in Storage. Of the rows of one type with the
/// same key, a batch writes only the last; null writes them all.
/// </summary>
public abstract record ReadModelRow(EntityKey? CoalesceBy = null);

/// <summary>What became of an append.</summary>
public enum AppendResult
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>The operation was decided before; <see cref="AppendOutcome.Stored"/> has its outcome. Nothing was written.</summary>
    Duplicate,

    /// <summary>Another writer has this version. Nothing was written.</summary>
    Conflict,

    /// <summary>
    /// An earlier append of the chain was a duplicate, too large or rejected, so that this one must be decided anew. Nothing was written.
    /// </summary>
    Superseded,

    /// <summary>This command alone is larger than <see cref="AppendOutcome.Limit"/> bytes. Nothing was written.</summary>
    TooLarge,

    /// <summary>The store refuses what this command alone would write: a bug of the decision or of a row. Nothing was written.</summary>
    Rejected,

    /// <summary>The queue is full, or the store has not answered since it was enqueued. Nothing was written.</summary>
    Overloaded,

    /// <summary>The store does not answer, or did not say in time whether it is durable. Nobody knows.</summary>
    Unknown,
}

/// <summary>The outcome of an append, with what was stored of the operation for a duplicate, and the limit for one too large.</summary>
public readonly record struct AppendOutcome(AppendResult Result, StoredOperation? Stored = null, int Limit = 0)
{
    public static readonly AppendOutcome Committed = new(AppendResult.Committed);
}
