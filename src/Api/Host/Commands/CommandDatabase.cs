using Platform.Silo.Hosting;
using Platform.Storage.Engine;
using Platform.Storage.Engine.PrivateServer;
using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Host.Commands;

/// <summary>
/// The platform's database and secret keys for a command: the server in ConnectionStrings:Postgres, otherwise the private server of the
/// data folder. The private server is shared with a running platform, or started for the duration of the command.
/// </summary>
public sealed class CommandDatabase : IAsyncDisposable
{
    private readonly PrivatePostgres? _started;

    private CommandDatabase(PlatformDatabase database, SecretKeys keys, PrivatePostgres? started)
    {
        Database = database;
        Keys = keys;
        _started = started;
    }

    public PlatformDatabase Database { get; }

    public SecretKeys Keys { get; }

    public static async Task<CommandDatabase> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        PrivatePostgres? started = null;
        try
        {
            if (string.IsNullOrEmpty(configuration[SiloSettings.DatabaseKey]) &&
                string.IsNullOrEmpty(configuration[SiloSettings.DatabaseOwnerKey]))
            {
                var folder = Path.Combine(configuration["Platform:Data"] ?? ".data", "postgres");
                if (!Directory.Exists(folder))
                {
                    throw new PrivatePostgresException(
                        $"There is no database in {folder}. Set the data folder with --data, or a server in ConnectionStrings__Postgres.");
                }

                configuration[SiloSettings.RunModeKey] = "single";
                var options = new PrivatePostgresOptions(folder);
                var connectionString = await RunningCluster.FindAsync(options, cancellationToken);
                if (connectionString is null)
                {
                    started = new PrivatePostgres(options);
                    await started.StartAsync(cancellationToken);
                    connectionString = started.ConnectionString;
                }

                configuration[SiloSettings.DatabaseKey] = connectionString;
            }

            var prepared = await DatabaseHosting.PrepareAsync(configuration, TimeSpan.FromSeconds(10), cancellationToken);
            var keys = await SecretsHosting.PrepareAsync(configuration, prepared.Runtime, cancellationToken);
            return new CommandDatabase(new PlatformDatabase(prepared.Runtime), keys, started);
        }
        catch
        {
            await using (started)
            {
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }
    }
}
