namespace Platform.Grains.Engine.Streams;

/// <summary>
/// A consumer of the journal that a silo wakes if its organisation has rows which it has not folded. Domains derive from it; a scan finds them.
/// A row must be committed for longer than <paramref name="settled"/> before its consumer counts as late.
/// </summary>
public abstract class WokenConsumer(string consumer, TimeSpan settled)
{
    /// <summary>The name under which the consumer stores its token.</summary>
    public string Consumer { get; } = consumer;

    public TimeSpan Settled { get; } = settled;

    /// <summary>Makes the consumer of an organisation read the journal. Calling it twice does no harm.</summary>
    public abstract Task WakeAsync(IGrainFactory grains, Guid organisationId);
}
