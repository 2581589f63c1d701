namespace Platform.Grains.Engine.Streams;

/// <summary>
/// A consumer of the journal that a silo wakes if it has not folded all rows of its organisation. Domains derive from it; a scan finds
/// them. A row counts as late if it was committed longer than <paramref name="settled"/> ago.
/// </summary>
public abstract class WokenConsumer(string consumer, TimeSpan settled)
{
    /// <summary>The name under which the consumer stores its token.</summary>
    public string Consumer { get; } = consumer;

    public TimeSpan Settled { get; } = settled;

    /// <summary>Makes the consumer of an organisation read the journal. Calling it again does no harm.</summary>
    public abstract Task WakeAsync(IGrainFactory grains, Guid organisationId);
}
