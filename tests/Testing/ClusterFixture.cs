using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Silo.Hosting;
using Xunit;

namespace Platform.Testing;

/// <summary>
/// Silos and a client in this process, on a database of their own, over loopback and with the configuration of production:
/// the test cluster of Orleans would put its own membership, transport and directory in place of those.
/// Derive from it to change the number of silos or to add services.
/// </summary>
public class ClusterFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly List<IHost> _silos = [];
    private IHost? _client;

    /// <summary>As the owner of the tables, which no silo is.</summary>
    public string ConnectionString => _postgres.ConnectionString;

    /// <summary>As the silos connect.</summary>
    public string Runtime => _postgres.Runtime;

    public IReadOnlyList<IHost> Silos => _silos;

    /// <summary>A client outside of the silos, as an API process has it.</summary>
    public IClusterClient Client => _client!.Services.GetRequiredService<IClusterClient>();

    protected virtual int SiloCount => 1;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        for (var i = 0; i < SiloCount; i++)
        {
            await StartSiloAsync();
        }

        var builder = CreateBuilder();
        builder.AddPlatformClient();
        _client = await StartAsync(builder);
    }

    public async Task<IHost> StartSiloAsync()
    {
        var builder = CreateBuilder();
        builder.AddPlatformSilo(ConfigureSilo);
        Configure(builder);
        var silo = await StartAsync(builder);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>
    /// Ends a silo without letting its grains finish. It still tells the cluster: only a process of its own dies unheard
    /// (<see cref="PlatformProcess"/>).
    /// </summary>
    public async Task StopSiloAbruptlyAsync(IHost silo)
    {
        _silos.Remove(silo);
        await silo.StopAsync(new CancellationToken(canceled: true));
        await DisposeAsync(silo);
    }

    public async Task DisposeAsync()
    {
        foreach (var host in (IHost?[])[_client, .. _silos])
        {
            if (host is not null)
            {
                await host.StopAsync();
                await DisposeAsync(host);
            }
        }

        await _postgres.DisposeAsync();
    }

    /// <summary>What a derived fixture adds to each silo.</summary>
    protected virtual void ConfigureSilo(ISiloBuilder silo)
    {
    }

    /// <summary>What a derived fixture adds to, or replaces in, each silo's host.</summary>
    protected virtual void Configure(IHostApplicationBuilder host)
    {
    }

    private HostApplicationBuilder CreateBuilder()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(
            TestSecrets.Settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SiloSettings.DatabaseKey] = Runtime,
            ["Silo:ClusterId"] = "test",
            ["Silo:ServiceId"] = "test",
        });
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);
        return builder;
    }

    private static async Task<IHost> StartAsync(HostApplicationBuilder builder)
    {
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }
}
