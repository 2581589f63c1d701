using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>How far the stream of each partition was delivered. Losing it only costs a replay.</summary>
public interface ICheckpointStore
{
    /// <summary>The stored checkpoint, or <see cref="Fence.Start"/> if there is none.</summary>
    Task<Fence> LoadAsync(short partition, CancellationToken cancellationToken);

    /// <summary>Moves the checkpoint forward. One older than the stored one changes nothing.</summary>
    Task SaveAsync(short partition, Fence fence, CancellationToken cancellationToken);
}

/// <summary>
/// How far each consumer has read the journal of an organisation. Throws <see cref="JournalUnavailableException"/>
/// if the store does not answer.
/// </summary>
public interface IConsumerStore
{
    /// <summary>The stored token, or <see cref="Fence.Start"/> if there is none.</summary>
    Task<Fence> LoadAsync(Guid organisationId, string consumer, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the token and stores the quarantined rows in one transaction. Returns false and writes nothing if the stored token is not
    /// the expected one.
    /// </summary>
    Task<bool> MoveAsync(TokenMove move, CancellationToken cancellationToken);

    /// <summary>The newest committed row of an organisation, even if the fence still hides it from readers.</summary>
    Task<Fence> HeadAsync(Guid organisationId, CancellationToken cancellationToken);
}

/// <summary>A compare-and-set of a consumer's token from one fence to a later one.</summary>
public sealed record TokenMove(Guid OrganisationId, string Consumer, Fence From, Fence To, IReadOnlyList<Poison> Poison);

/// <summary>A journal row that a consumer could not apply, and why.</summary>
public sealed record Poison(Guid EntityId, long Version, string Error, DateTimeOffset At);
