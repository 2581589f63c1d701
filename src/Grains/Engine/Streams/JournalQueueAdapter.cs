using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// The journal as an Orleans queue. It is read-only, because commands write its rows, and not rewindable: a consumer that needs
/// older rows reads the journal itself.
/// </summary>
public sealed class JournalQueueAdapter(IServiceProvider services) : IQueueAdapter, IQueueAdapterFactory
{
    private readonly JournalQueueMapper _mapper = new();

    private readonly SimpleQueueAdapterCache _cache =
        new(new SimpleQueueCacheOptions(), JournalStream.Provider, services.GetRequiredService<ILoggerFactory>());

    public string Name => JournalStream.Provider;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) =>
        ActivatorUtilities.CreateInstance<JournalReceiver>(services, JournalQueueMapper.PartitionOf(queueId));

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("The journal stream is read-only: commands write its rows.");

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(this);

    Task<IQueueAdapter> IQueueAdapterFactory.CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());
}
