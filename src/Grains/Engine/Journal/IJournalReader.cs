namespace Platform.Grains.Engine.Journal;

/// <summary>Reads committed rows. Throws <see cref="JournalUnavailableException"/> if the store does not answer.</summary>
public interface IJournalReader
{
    /// <summary>The rows of one entity from a version on, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadEntityAsync(EntityKey key, long fromVersion, int limit, CancellationToken cancellationToken);

    /// <summary>Finds the outcome of an operation on an entity. Returns null if it was never decided.</summary>
    Task<StoredOperation?> FindOperationAsync(EntityKey key, OperationId operation, CancellationToken cancellationToken);

    /// <summary>The rows of one partition after a fence, in order, without those that an older transaction may still precede.</summary>
    Task<JournalPage> ReadPartitionAsync(short partition, Fence after, int limit, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReadPartitionAsync"/>, for one organisation.</summary>
    Task<JournalPage> ReadOrganisationAsync(Guid organisationId, Fence after, int limit, CancellationToken cancellationToken);
}

/// <summary>The store did not answer in time or refused the connection. The call can be retried.</summary>
[GenerateSerializer, Alias("platform.journal.unavailable")]
public sealed class JournalUnavailableException : Exception
{
    public JournalUnavailableException()
    {
    }

    public JournalUnavailableException(string message)
        : base(message)
    {
    }

    public JournalUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
