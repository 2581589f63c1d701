using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// All rows of one organisation after one fence up to and including another. A consumer that has read at least up to
/// <see cref="After"/> can apply them; any other has a gap and must read the journal.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.streams.delivery")]
public sealed record JournalDelivery(
    [property: Id(0)] Fence After,
    [property: Id(1)] Fence Through,
    [property: Id(2)] IReadOnlyList<JournalEntry> Entries);
