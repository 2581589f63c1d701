using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Storage.Metrics;

namespace Platform.Storage.Engine.Journal;

/// <summary>Adds the stores of the streams over the journal and of the metrics. Needs <see cref="PlatformDatabase"/>.</summary>
public static class StreamStorage
{
    public static IServiceCollection AddStreamStores(this IServiceCollection services) => services
        .AddSingleton<ICheckpointStore, CheckpointStore>()
        .AddSingleton<IConsumerStore, ConsumerStore>()
        .AddSingleton<IRollupStore, RollupStore>();
}
