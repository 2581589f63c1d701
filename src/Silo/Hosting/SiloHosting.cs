using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;
using Platform.Grains;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Silo.Health;
using Platform.Silo.Instruments;
using Platform.Storage;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Clustering;

namespace Platform.Silo.Hosting;

/// <summary>
/// Configures a silo, the same in production, in tests and inside the API. Settings that differ from Orleans' defaults have a comment
/// with the reason.
/// </summary>
public static class SiloHosting
{
    /// <summary>The format of logs: one JSON object per line, with the time in UTC.</summary>
    public static void Console(JsonConsoleFormatterOptions console)
    {
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
    }

    /// <summary>Adds a silo to the host. The database must be prepared: see <see cref="DatabaseHosting"/>.</summary>
    public static IHostApplicationBuilder AddPlatformSilo(this IHostApplicationBuilder builder, Action<ISiloBuilder>? configure = null)
    {
        builder.AddPlatformCommon();
        var settings = SiloSettings.Read(builder.Configuration, TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddHostedService<Rehearsal>();
        builder.Services.AddUpkeep(typeof(PlatformDatabase).Assembly);
        builder.Services.AddHealthChecks().AddCheck<SiloHealth>("silo", tags: [HealthHosting.Ready]);

        // Longer than the drain of a silo below.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(45));

        return builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = settings.ClusterId;
                cluster.ServiceId = settings.ServiceId;
            });
            silo.ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort);
            silo.AddPlatformGrains();
            silo.AddPlatformStorage();
            silo.AddPlatformProviders();
            silo.AddPlatformMembership();
            silo.AddPlatformMessaging(settings);
            silo.AddPlatformTraces();
            silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = settings.CollectionAge);
            configure?.Invoke(silo);
        });
    }

    internal static void AddPlatformCommon(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration[SiloSettings.DatabaseKey]
            ?? throw new InvalidOperationException($"{SiloSettings.DatabaseKey} is not set.");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(_ => new PlatformDatabase(connectionString));
        builder.Services.AddPlatformSecrets(builder.Configuration);
        builder.Services.AddPlatformHealth();
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning); // Orleans uses it to place grains, and it logs two lines for each.
    }

    private static void AddPlatformProviders(this ISiloBuilder silo)
    {
        silo.UseAdoNetClustering(options => options.Configure<PlatformDatabase>((clustering, database) =>
        {
            clustering.Invariant = OrleansTables.Provider;
            clustering.ConnectionString = database.ClusteringConnectionString;
        }));
        silo.UseAdoNetReminderService(options => options.Configure<PlatformDatabase>((reminders, database) =>
        {
            reminders.Invariant = OrleansTables.Provider;
            reminders.ConnectionString = database.GrainStorageConnectionString;
        }));
        silo.AddAdoNetGrainStorage(EntityServices.SnapshotStorage, options => options.Configure<PlatformDatabase>((storage, database) =>
        {
            storage.Invariant = OrleansTables.Provider;
            storage.ConnectionString = database.GrainStorageConnectionString;
            storage.GrainStorageSerializer = new SnapshotSerializer();
            storage.DeleteStateOnClear = true; // Otherwise the row of a cleared snapshot stays and is read again.
        }));
    }

    /// <summary>A killed silo is evicted after about 6 s instead of 15 to 20; its row is deleted after a day instead of a week.</summary>
    private static void AddPlatformMembership(this ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(membership =>
    {
        // Fixed. By default they adapt: a killed silo was then evicted after 3 s, before its entities stop answering reads, and a hanging
        // one after 24 s, because nobody votes while a connection may still be alive.
        membership.ProbeTimeout = FailureDetection.ProbeTimeout;
        membership.MinProbeTimeout = FailureDetection.ProbeTimeout;
        membership.MaxProbeTimeout = FailureDetection.ProbeTimeout;
        membership.NumMissedProbesLimit = FailureDetection.MissedProbes;
        membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30); // Two votes a minute apart are two hiccups, not a death.
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5); // How long a silo may not notice that it was declared dead.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5); // A joining silo ignores members silent for three of these.
        membership.MaxJoinAttemptTime = TimeSpan.FromSeconds(60);
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
    });

    private static void AddPlatformMessaging(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = TimeSpan.FromSeconds(10); // HTTP callers give up long before the default of 30 s.
            messaging.MaxEnqueuedRequestsHardLimit = 1000; // Off by default: one flooded grain could use up the silo's memory.
            if (!settings.IsSingle)
            {
                // 0 by default, which drops running calls of clients when a silo stops. A single process has no other silo to send them to.
                messaging.ClientGatewayShutdownNotificationTimeout = TimeSpan.FromSeconds(3);
            }
        });
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.DeactivationTimeout = TimeSpan.FromSeconds(15);

            // Off by default. Above 80 % of the machine's memory, the longest idle activations are collected early.
            collection.EnableActivationSheddingOnMemoryPressure = true;
        });
    }
}
