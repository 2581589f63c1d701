using Orleans.Configuration;
using Platform.Silo.Health;
using Platform.Silo.Instruments;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Clustering;

namespace Platform.Silo.Hosting;

/// <summary>A process without a silo that calls the grains of a cluster, such as a separate API.</summary>
public static class ClientHosting
{
    /// <summary>Adds a client of the cluster to the host. It retries until it finds a gateway or the host stops.</summary>
    public static IHostApplicationBuilder AddPlatformClient(this IHostApplicationBuilder builder, Action<IClientBuilder>? configure = null)
    {
        builder.AddPlatformCommon();
        var settings = SiloSettings.Read(builder.Configuration, TimeProvider.System);
        builder.Services.AddSingleton(settings);
        var gateways = new GatewayHealth();
        builder.Services.AddSingleton(gateways);
        builder.Services.AddHealthChecks().AddCheck<GatewayHealth>("gateways", tags: [HealthHosting.Ready]);

        return builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = settings.ClusterId;
                cluster.ServiceId = settings.ServiceId;
            });
            client.UseAdoNetClustering(options => options.Configure<PlatformDatabase>((clustering, database) =>
            {
                clustering.Invariant = OrleansTables.Provider;
                clustering.ConnectionString = database.ClusteringConnectionString;
            }));
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));

            // A minute by default: a new silo should get calls soon.
            client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            client.AddGatewayCountChangedHandler((_, change) => gateways.Connected = change.NumberOfConnectedGateways);
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                return true;
            });
            client.AddPlatformTraces();
            configure?.Invoke(client);
        });
    }
}
