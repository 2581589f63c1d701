namespace Platform.Grains.Engine.Journal;

/// <summary>
/// Appends commands of many entities in shared transactions. Appends of one entity are written in the order of enqueuing,
/// and none is written after an earlier one of the same entity has failed.
/// </summary>
public interface IJournalWriter
{
    /// <summary>Enqueues at once; the task completes when the outcome is known. Throws only if the host is cancelled.</summary>
    Task<AppendOutcome> AppendAsync(Append append);

    /// <summary>True while the outcome of a transaction is unknown.</summary>
    bool IsUncertain { get; }

    /// <summary>The time since the store last answered this process, on the monotonic clock.</summary>
    TimeSpan SinceLastAnswer { get; }
}

/// <summary>
/// The appends of one activation since it last knew its durable state. If one of them fails, the chain is broken and
/// none of the later ones is written.
/// </summary>
public sealed class AppendChain
{
    private volatile bool _broken;

    public bool IsBroken => _broken;

    public void Break() => _broken = true;
}

/// <summary>
/// One command to write: an accepted one with its version and events, or a refusal to remember. For a refusal, Version is the version
/// it was decided on and Reply the error. Reply is null if it follows from the events, Origin if the command is not audited.
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

/// <summary>The result of an append.</summary>
public enum AppendResult
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>The operation was decided before; see <see cref="AppendOutcome.Stored"/>. Nothing was written.</summary>
    Duplicate,

    /// <summary>Another writer has written this version. Nothing was written.</summary>
    Conflict,

    /// <summary>
    /// An earlier append of the chain was a duplicate, too large or rejected, so this one must be decided again. Nothing was written.
    /// </summary>
    Superseded,

    /// <summary>This command alone is larger than <see cref="AppendOutcome.Limit"/> bytes. Nothing was written.</summary>
    TooLarge,

    /// <summary>The store refuses the data of this command: a bug in the decision or a row. Nothing was written.</summary>
    Rejected,

    /// <summary>The queue is full, or the store has not answered since it was enqueued. Nothing was written.</summary>
    Overloaded,

    /// <summary>The store does not answer or did not confirm the commit in time. The append may or may not be durable.</summary>
    Unknown,
}

/// <summary>The outcome of an append. Stored is the earlier operation of a duplicate, Limit the size limit if it is too large.</summary>
public readonly record struct AppendOutcome(AppendResult Result, StoredOperation? Stored = null, int Limit = 0)
{
    public static readonly AppendOutcome Committed = new(AppendResult.Committed);
}
