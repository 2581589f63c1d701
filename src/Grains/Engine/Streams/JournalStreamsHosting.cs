using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.Providers;
using Orleans.Streams;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>Adds the journal stream to a silo.</summary>
public static class JournalStreamsHosting
{
    /// <summary>
    /// Needs <see cref="IJournalReader"/>, <see cref="ICheckpointStore"/> and <see cref="IConsumerStore"/>, and the
    /// <see cref="JournalSignal"/> that the writer raises.
    /// </summary>
    public static ISiloBuilder AddJournalStreams(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        return silo.AddPersistentStreams(
            JournalStream.Provider,
            static (services, _) => new JournalQueueAdapter(services),
            static streams =>
            {
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                streams.UseConsistentRingQueueBalancer();
                streams.ConfigurePullingAgent(static agent => agent.Configure(static options =>
                {
                    // The receiver waits for rows itself; the agent should poll again at once.
                    options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
                    options.StreamInactivityPeriod = TimeSpan.FromMinutes(15);

                    // The default is a minute. A queue is not read while one of its streams is being registered, so one consumer that
                    // cannot activate would block its whole partition. The consumer reads skipped rows from the journal.
                    options.MaxEventDeliveryTime = TimeSpan.FromSeconds(5);
                }));
                streams.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new StreamBackoff());
                streams.ConfigureBackoffProvider(static (_, _) => (IQueueReaderBackoffProvider)new StreamBackoff());
            });
    }
}
