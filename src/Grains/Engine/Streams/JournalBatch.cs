using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Platform.Grains.Engine.Streams;

/// <summary>One delivery in the queue cache, with the number of its page and whether it is the last of the page.</summary>
[GenerateSerializer, Immutable, Alias("platform.streams.batch")]
public sealed class JournalBatch(Guid organisationId, JournalDelivery delivery, long sequence, long page, bool endsPage) : IBatchContainer
{
    [Id(0)]
    public Guid OrganisationId { get; } = organisationId;

    [Id(1)]
    public JournalDelivery Delivery { get; } = delivery;

    [Id(2)]
    public long Sequence { get; } = sequence;

    [Id(3)]
    public long Page { get; } = page;

    [Id(4)]
    public bool EndsPage { get; } = endsPage;

    /// <summary>Stored, because the cache asks for it at every step of every cursor.</summary>
    [Id(5)]
    public StreamId StreamId { get; } = JournalStream.Of(organisationId);

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Sequence);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        Delivery is T delivery ? [Tuple.Create(delivery, SequenceToken)] : [];

    /// <summary>Delivers as the organisation whose journal it is.</summary>
    public bool ImportRequestContext()
    {
        Caller.Set(OrganisationId);
        return true;
    }
}
