using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Storage;
using Platform.Storage.Engine;

namespace Platform.Grains.Tests.Fixtures;

/// <summary>One silo with the production grains, journal and streams on a database. It can be killed and restarted.</summary>
public sealed class StreamCluster(InProcessTestCluster cluster, FailingRollups rollups, List<PlatformDatabase> pools) : IAsyncDisposable
{
    public IServiceProvider Silo => cluster.Silos[0].ServiceProvider;

    public FailingRollups Rollups { get; } = rollups;

    public JournalSignal Signal => Silo.GetRequiredService<JournalSignal>();

    public static async Task<StreamCluster> StartAsync(StreamDatabase database, bool streams = true, short silos = 1)
    {
        var rollups = new FailingRollups();
        var pools = new List<PlatformDatabase>();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            pools.Add(new PlatformDatabase(database.ConnectionString));
            silo.Services.AddSingleton(pools[^1]);
            silo.AddMemoryGrainStorage("snapshots");
            silo.AddPlatformStorage();
            silo.AddPlatformGrains();
            silo.Services.AddSingleton<IRollupStore>(services => rollups.Over(services.GetRequiredService<PlatformDatabase>()));
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Error));
            if (!streams)
            {
                silo.Services.AddSingleton<ICheckpointStore, NoStream>();
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new StreamCluster(cluster, rollups, pools);
    }

    public T Grain<T>(Guid organisation, Guid? id = null)
        where T : IGrainWithStringKey
    {
        Caller.Set(organisation);
        return cluster.Client.GetGrain<T>(new EntityKey(organisation, id ?? organisation).ToString());
    }

    public TObserver Reference<TObserver>(TObserver observer)
        where TObserver : IGrainObserver => cluster.Client.CreateObjectReference<TObserver>(observer);

    /// <summary>Kills the silo without stopping anything; a new one replaces it.</summary>
    public Task KillAsync() => cluster.KillSiloAsync(cluster.Silos[0]);

    public async ValueTask DisposeAsync()
    {
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        foreach (var pool in pools)
        {
            await pool.DisposeAsync();
        }
    }

    /// <summary>A checkpoint store that fails, so that the stream never delivers.</summary>
    private sealed class NoStream : ICheckpointStore
    {
        public Task<Fence> LoadAsync(short partition, CancellationToken cancellationToken) =>
            throw new JournalUnavailableException("This test runs without a stream.");

        public Task SaveAsync(short partition, Fence fence, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
