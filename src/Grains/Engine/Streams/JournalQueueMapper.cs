using Orleans.Streams;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Maps one queue to each journal partition, with the partition as its number. The queues are spread evenly over Orleans' ring, so
/// that silos share them.
/// </summary>
public sealed class JournalQueueMapper : IConsistentRingStreamQueueMapper
{
    private const uint RingStep = uint.MaxValue / JournalPartition.Count;

    private readonly QueueId[] _queues =
    [
        .. Enumerable.Range(0, JournalPartition.Count)
            .Select(i => QueueId.GetQueueId(JournalStream.Provider, (uint)i, RingStep * (uint)i)),
    ];

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    public IEnumerable<QueueId> GetQueuesForRange(IRingRange range) => _queues.Where(queue => range.InRange(queue.GetUniformHashCode()));

    public QueueId GetQueueForStream(StreamId streamId) =>
        _queues[JournalPartition.Of(EntityKey.Parse(streamId.GetKeyAsString()).OrganisationId)];

    public static short PartitionOf(QueueId queue) => (short)queue.GetNumericId();
}
