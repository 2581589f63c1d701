using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Storage.Engine.Clustering;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.PrivateServer;

namespace Platform.Silo.Hosting;

/// <summary>The first step of a host: a database that answers and has this build's tables.</summary>
public static class DatabaseHosting
{
    /// <summary>
    /// Uses ConnectionStrings:Postgres; where there is none, starts a private cluster below Platform:Data (default .data) and
    /// lets this process run alone on it. What the owner of the tables must do is done here; from then on ConnectionStrings:Postgres is
    /// the login of the running platform and the owner is forgotten. Dispose what it returns after the host, with <c>await using</c>: that stops the cluster.
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
            if (string.IsNullOrEmpty(configuration[SiloSettings.DatabaseKey]) && string.IsNullOrEmpty(configuration[SiloSettings.DatabaseOwnerKey]))
            {
                postgres = new PrivatePostgres(new PrivatePostgresOptions(Path.Combine(configuration["Platform:Data"] ?? ".data", "postgres")));
                await postgres.StartAsync(interrupted.Token);
                configuration[SiloSettings.DatabaseKey] = postgres.ConnectionString;
                configuration[SiloSettings.RunModeKey] = "single";
            }

            var prepared = await PrepareAsync(configuration, TimeSpan.FromSeconds(60), interrupted.Token);
            if (configuration[SiloSettings.RunModeKey] == "single")
            {
                await SingleCluster.ForgetEarlierAsync(prepared.Runtime, interrupted.Token);
            }

            await SecretsHosting.PrepareAsync(configuration, prepared.Runtime, interrupted.Token);
            await MendRestoredAsync(configuration, prepared, interrupted.Token);
            await RebuildAsync(configuration, prepared, interrupted.Token);
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

    /// <summary>
    /// <see cref="DatabaseStart.PrepareAsync"/> with what the configuration says. Afterwards it names the login of the running platform
    /// alone, so that nothing that is made later can connect as the owner.
    /// </summary>
    public static async Task<PreparedDatabase> PrepareAsync(IConfiguration configuration, TimeSpan patience, CancellationToken cancellationToken)
    {
        var prepared = await DatabaseStart.PrepareAsync(
            configuration[SiloSettings.DatabaseKey], configuration[SiloSettings.DatabaseOwnerKey], patience, cancellationToken);
        configuration[SiloSettings.DatabaseKey] = prepared.Runtime;
        configuration[SiloSettings.DatabaseOwnerKey] = null;
        return prepared;
    }

    /// <summary>Writes the read models anew where that is asked for or due, and says so.</summary>
    public static async Task RebuildAsync(IConfiguration configuration, PreparedDatabase prepared, CancellationToken cancellationToken)
    {
        var asked = configuration.GetValue("Platform:RebuildReadModels", false);
        long? folded = (asked, prepared.Owner) switch
        {
            (true, null) => throw NeedsOwner("--Platform:RebuildReadModels=true"),
            (true, { } owner) => await RebuildHosting.RebuildReadModelsAsync(owner, cancellationToken),
            (false, { } owner) => await RebuildHosting.RebuildIfDueAsync(owner, cancellationToken),
            _ => null,
        };
        if (folded > 0 || asked)
        {
            Console.WriteLine($"Rebuilt the read models from {folded} rows of the journal.");
        }
    }

    private static async Task MendRestoredAsync(IConfiguration configuration, PreparedDatabase prepared, CancellationToken cancellationToken)
    {
        if (!await RestoredJournal.IsAheadAsync(prepared.Runtime, cancellationToken))
        {
            return;
        }

        if (!configuration.GetValue("Platform:AfterRestore", false))
        {
            throw new InvalidOperationException(
                "The journal was restored from another server, whose transaction ids this one has not reached: new rows would be skipped by " +
                "streams and metrics. Stop all other processes and start this one once with --Platform:AfterRestore=true.");
        }

        await RestoredJournal.RenumberAsync(prepared.Owner ?? throw NeedsOwner("--Platform:AfterRestore=true"), cancellationToken);
        Console.WriteLine("Renumbered the restored journal; metrics are folded anew.");
    }

    private static InvalidOperationException NeedsOwner(string option) => new(
        $"{option} is work of the owner of the tables. Start this process once with {SiloSettings.DatabaseOwnerKey} beside {SiloSettings.DatabaseKey}.");

    // The host and its log do not stand yet. What happens to the server must be told all the same.
    private static ILogger Logger() =>
        LoggerFactory.Create(logging => logging.AddJsonConsole(SiloHosting.Console)).CreateLogger<SupervisedPostgres>();

    private sealed class NothingToStop : IAsyncDisposable
    {
        public static readonly NothingToStop Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
