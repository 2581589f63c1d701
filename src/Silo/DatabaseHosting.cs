using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Storage.Clustering;
using Platform.Storage.Embedded;
using Platform.Storage.Migrations;

namespace Platform.Silo;

/// <summary>The first step of a host: a database that answers and has this build's tables.</summary>
public static class DatabaseHosting
{
    /// <summary>
    /// Uses ConnectionStrings:Postgres; where there is none, starts a private cluster below Platform:Data (default .data) and
    /// lets this process run alone on it. Dispose what it returns after the host, with <c>await using</c>: that stops the cluster.
    /// </summary>
    public static async Task<IAsyncDisposable> PrepareDatabaseAsync(this IHostApplicationBuilder builder, CancellationToken cancellationToken = default)
    {
        // Until the host listens for signals, Ctrl-C must not leave a server behind.
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

        var configuration = builder.Configuration;
        PrivatePostgres? postgres = null;
        try
        {
            if (string.IsNullOrEmpty(configuration[SiloSettings.DatabaseKey]))
            {
                postgres = new PrivatePostgres(new PrivatePostgresOptions(Path.Combine(configuration["Platform:Data"] ?? ".data", "postgres")));
                await postgres.StartAsync(interrupted.Token);
                configuration[SiloSettings.DatabaseKey] = postgres.ConnectionString;
                configuration[SiloSettings.RunModeKey] = "single";
            }

            var connectionString = configuration[SiloSettings.DatabaseKey]!;
            await DatabaseStart.PrepareAsync(connectionString, TimeSpan.FromSeconds(60), interrupted.Token);
            if (configuration[SiloSettings.RunModeKey] == "single")
            {
                await SingleCluster.ForgetEarlierAsync(connectionString, interrupted.Token);
            }

            await SecretsHosting.PrepareAsync(configuration, connectionString, interrupted.Token);
            await MendRestoredAsync(configuration, connectionString, interrupted.Token);
            if (configuration.GetValue("Platform:RebuildReadModels", false))
            {
                var folded = await RebuildHosting.RebuildReadModelsAsync(connectionString, interrupted.Token);
                Console.WriteLine($"Rebuilt the read models from {folded} rows of the journal.");
            }
        }
        catch
        {
            await using (postgres)
            {
                throw;
            }
        }

        return postgres is null ? NothingToStop.Instance : new SupervisedPostgres(postgres, Logger());

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static async Task MendRestoredAsync(IConfiguration configuration, string connectionString, CancellationToken cancellationToken)
    {
        if (!await RestoredJournal.IsAheadAsync(connectionString, cancellationToken))
        {
            return;
        }

        if (!configuration.GetValue("Platform:AfterRestore", false))
        {
            throw new InvalidOperationException(
                "The journal was restored from another server, whose transaction ids this one has not reached: new rows would be skipped by " +
                "streams and metrics. Stop all other processes and start this one once with --Platform:AfterRestore=true.");
        }

        await RestoredJournal.RenumberAsync(connectionString, cancellationToken);
        Console.WriteLine("Renumbered the restored journal; metrics are folded anew.");
    }

    // The host and its log do not stand yet. What happens to the server must be told all the same.
    private static ILogger Logger() =>
        LoggerFactory.Create(logging => logging.AddJsonConsole(SiloHosting.Console)).CreateLogger<SupervisedPostgres>();

    private sealed class NothingToStop : IAsyncDisposable
    {
        public static readonly NothingToStop Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
