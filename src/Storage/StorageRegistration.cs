using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage;

/// <summary>Registers what a silo needs from Postgres besides Orleans' own tables. Requires a <see cref="PlatformDatabase"/>.</summary>
public static class StorageRegistration
{
    public static ISiloBuilder AddPlatformStorage(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddOptions<JournalWriterOptions>().BindConfiguration("Journal");
        services.AddFound(typeof(StorageRegistration).Assembly);
        services.AddReadModelWriters();
        services.AddSingleton<IConfigurationValidator, WriterCheck>();
        services.AddSingleton(CreateWriter);
        services.AddSingleton<IJournalWriter>(provider => provider.GetRequiredService<GroupCommitWriter>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WriterLifecycle>();
        return silo;
    }

    /// <summary>Registers the writers of all read models that the scan finds, one for each table.</summary>
    public static IServiceCollection AddReadModelWriters(this IServiceCollection services)
    {
        foreach (var writer in DeclaredTables.Writers)
        {
            services.AddSingleton(writer);
        }

        return services.AddSingleton<ReadModelWriters>();
    }

    private static GroupCommitWriter CreateWriter(IServiceProvider provider)
    {
        var address = provider.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var cluster = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
        return new GroupCommitWriter(
            provider.GetRequiredService<PlatformDatabase>(),
            provider.GetRequiredService<ReadModelWriters>(),
            provider.GetRequiredService<JournalSignal>(),
            provider.GetRequiredService<IOptions<JournalWriterOptions>>(),
            provider.GetRequiredService<ILogger<GroupCommitWriter>>(),
            new SiloIdentity(cluster.ClusterId, address.Endpoint.Address.ToString(), address.Endpoint.Port, address.Generation));
    }

    /// <summary>
    /// Creates the writer's counters at the start. Stops the writer after the grains, but before the silo marks itself dead at
    /// RuntimeInitialize + 1: the writer would read that as eviction by the cluster. Lifecycle stages stop in reverse order.
    /// </summary>
    private sealed class WriterLifecycle(GroupCommitWriter writer) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            nameof(GroupCommitWriter),
            ServiceLifecycleStage.RuntimeInitialize + 2,
            _ =>
            {
                JournalMeter.Begin();
                return Task.CompletedTask;
            },
            async _ => await writer.DisposeAsync());
    }
}
