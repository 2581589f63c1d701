using System.Runtime.InteropServices;
using Platform.Storage.Engine.Clustering;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.PrivateServer;

namespace Platform.Silo.Hosting;

/// <summary>The first step of a host: connects to the database and migrates it to this build.</summary>
public static class DatabaseHosting
{
    /// <summary>
    /// Uses ConnectionStrings:Postgres. If it is not set, starts a private cluster below Platform:Data (default .data) for this process
    /// alone. Does all work of the table owner; afterwards ConnectionStrings:Postgres is the login of the running platform, and the
    /// owner's is removed. Dispose the result after the host, with <c>await using</c>: that stops the cluster.
    /// </summary>
    public static async Task<IAsyncDisposable> PrepareDatabaseAsync(
        this IHostApplicationBuilder builder, CancellationToken cancellationToken = default)
    {
        // The host does not handle signals yet, and Ctrl-C must not leave a server running.
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

        var configuration = builder.Configuration;
        PrivatePostgres? postgres = null;
        try
        {
            if (string.IsNullOrEmpty(configuration[SiloSettings.DatabaseKey]) &&
                string.IsNullOrEmpty(configuration[SiloSettings.DatabaseOwnerKey]))
            {
                var folder = Path.Combine(configuration["Platform:Data"] ?? ".data", "postgres");
                postgres = new PrivatePostgres(new PrivatePostgresOptions(folder));
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
            await RepairRestoredAsync(configuration, prepared, interrupted.Token);
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
    /// Calls <see cref="DatabaseStart.PrepareAsync"/> with the configured connection strings. Afterwards the configuration has only the
    /// login of the running platform, so that nothing created later can connect as the owner.
    /// </summary>
    public static async Task<PreparedDatabase> PrepareAsync(
        IConfiguration configuration, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var prepared = await DatabaseStart.PrepareAsync(
            configuration[SiloSettings.DatabaseKey], configuration[SiloSettings.DatabaseOwnerKey], timeout, cancellationToken);
        configuration[SiloSettings.DatabaseKey] = prepared.Runtime;
        configuration[SiloSettings.DatabaseOwnerKey] = null;
        return prepared;
    }

    /// <summary>Rebuilds the read models if requested or due, and prints the result.</summary>
    public static async Task RebuildAsync(IConfiguration configuration, PreparedDatabase prepared, CancellationToken cancellationToken)
    {
        var requested = configuration.GetValue("Platform:RebuildReadModels", false);
        long? folded = (requested, prepared.Owner) switch
        {
            (true, null) => throw NeedsOwner("--Platform:RebuildReadModels=true"),
            (true, { } owner) => await RebuildHosting.RebuildReadModelsAsync(owner, cancellationToken),
            (false, { } owner) => await RebuildHosting.RebuildIfDueAsync(owner, cancellationToken),
            _ => null,
        };
        if (folded > 0 || requested)
        {
            Console.WriteLine($"Rebuilt the read models from {folded} journal rows.");
        }
    }

    private static async Task RepairRestoredAsync(
        IConfiguration configuration, PreparedDatabase prepared, CancellationToken cancellationToken)
    {
        if (!await RestoredJournal.IsAheadAsync(prepared.Runtime, cancellationToken))
        {
            return;
        }

        if (!configuration.GetValue("Platform:AfterRestore", false))
        {
            throw new InvalidOperationException(
                "The journal was restored from another server with higher transaction ids: streams and metrics would skip new rows. " +
                "Stop all other processes and start this one once with --Platform:AfterRestore=true.");
        }

        await RestoredJournal.RenumberAsync(prepared.Owner ?? throw NeedsOwner("--Platform:AfterRestore=true"), cancellationToken);
        Console.WriteLine("Renumbered the restored journal; metrics will be recalculated.");
    }

    private static InvalidOperationException NeedsOwner(string option) => new(
        $"{option} needs the owner of the tables. Start this process once with both {SiloSettings.DatabaseOwnerKey} and " +
        $"{SiloSettings.DatabaseKey} set.");

    // The host and its log do not exist yet, but events of the server must be logged.
    private static ILogger Logger() =>
        LoggerFactory.Create(logging => logging.AddJsonConsole(SiloHosting.Console)).CreateLogger<SupervisedPostgres>();

    private sealed class NothingToStop : IAsyncDisposable
    {
        public static readonly NothingToStop Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
