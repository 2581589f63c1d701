namespace Platform.Storage.Engine.Journal;

/// <summary>Limits of the group-commit writer; configuration section <c>Journal</c>.</summary>
public sealed class JournalWriterOptions
{
    /// <summary>The maximum number of concurrent transactions. No entity is in two of them, so that its appends stay in order.</summary>
    public int Lanes { get; set; } = 2;

    /// <summary>While a transaction is running, another starts only for at least this many commands.</summary>
    public int OverlapFrom { get; set; } = 20;

    /// <summary>The maximum number of commands in one transaction.</summary>
    public int MaxBatchCount { get; set; } = 512;

    /// <summary>The maximum number of bytes of events and replies in one transaction.</summary>
    public int MaxBatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The maximum number of waiting commands; more are refused at once.</summary>
    public int MaxQueued { get; set; } = 5_000;

    /// <summary>The maximum number of bytes of one command's events and reply. A larger command fails alone.</summary>
    public int MaxAppendBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// The maximum number of mixtures of rows for which a connection keeps a prepared statement. It also keeps one per table and a few
    /// for the journal.
    /// </summary>
    public int MaxMixtures { get; set; } = 32;

    /// <summary>How long a command may wait to be written while the store does not answer.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the writer tries to find out the outcome of a transaction before it reports it as unknown.</summary>
    public TimeSpan MaxUncertainty { get; set; } = TimeSpan.FromSeconds(6);
}

/// <summary>The entry of this silo in the cluster's membership table.</summary>
public sealed record SiloIdentity(string ClusterId, string Address, int Port, int Generation);
