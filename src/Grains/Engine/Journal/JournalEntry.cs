namespace Platform.Grains.Engine.Journal;

/// <summary>
/// One journal row: an accepted command of one entity, with all its events as a JSON array. Reply is null if it
/// follows from the events, Origin if the command is not audited.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.journal.entry")]
public sealed record JournalEntry(
    [property: Id(0)] Fence Fence,
    [property: Id(1)] Guid OrganisationId,
    [property: Id(2)] string EntityType,
    [property: Id(3)] Guid EntityId,
    [property: Id(4)] long Version,
    [property: Id(5)] Guid OperationId,
    [property: Id(6)] Guid CommandHash,
    [property: Id(7)] Guid ActorId,
    [property: Id(8)] DateTimeOffset At,
    [property: Id(9)] string Events,
    [property: Id(10)] string? Reply,
    [property: Id(11)] string? Origin = null);

/// <summary>A page of the journal in fence order, complete up to <see cref="Through"/>.</summary>
public sealed record JournalPage(IReadOnlyList<JournalEntry> Entries, Fence Through, bool More);

/// <summary>
/// The outcome of an earlier operation: the JSON of its reply, or of the error if the refusal was remembered. If Reply is null,
/// make it from the journal row of Version.
/// </summary>
public sealed record StoredOperation(Guid CommandHash, string? Reply, bool Refused, long Version);
