namespace Platform.Storage.Engine.Journal;

/// <summary>Bounds of the group-commit writer; configuration section <c>Journal</c>.</summary>
public sealed class JournalWriterOptions
{
    /// <summary>Most transactions in flight at once. No entity is in two of them, so that its appends stay in order.</summary>
    public int Lanes { get; set; } = 2;

    /// <summary>While a transaction is in flight, another begins for no fewer commands than this.</summary>
    public int OverlapFrom { get; set; } = 20;

    /// <summary>Most commands in one transaction.</summary>
    public int MaxBatchCount { get; set; } = 512;

    /// <summary>Most bytes of events and replies in one transaction.</summary>
    public int MaxBatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most commands that wait; more are refused at once.</summary>
    public int MaxQueued { get; set; } = 5_000;

    /// <summary>Most bytes of one command's events and reply; a larger one fails alone.</summary>
    public int MaxAppendBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Most mixtures of rows that a connection keeps prepared as a statement each. Beside them it keeps one a table and a few for the
    /// journal.
    /// </summary>
    public int MaxMixtures { get; set; } = 32;

    /// <summary>How long a command may wait to be written while the store does not answer.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the writer tries to learn what became of a transaction before it says that nobody knows.</summary>
    public TimeSpan MaxUncertainty { get; set; } = TimeSpan.FromSeconds(6);
}

/// <summary>Who this process is in the cluster's membership table; null outside a silo.</summary>
public sealed record SiloIdentity(string ClusterId, string Address, int Port, int Generation);
