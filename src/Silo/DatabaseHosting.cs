using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
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

        return postgres ?? (IAsyncDisposable)NothingToStop.Instance;

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }
    }

    private sealed class NothingToStop : IAsyncDisposable
    {
        public static readonly NothingToStop Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
