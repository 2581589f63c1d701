using Npgsql;

namespace Platform.Storage.Engine;

/// <summary>
/// The pools of one process. Journal, queries and Orleans' own tables have a pool each, so that none can starve another:
/// a burst of searches must not keep a commit or a membership write waiting. To serve, all of them connect as a role that cannot
/// change what is recorded (<see cref="Roles.RuntimeLogin"/>).
/// </summary>
public sealed class PlatformDatabase : IAsyncDisposable
{
    public PlatformDatabase(string connectionString)
    {
        Journal = NpgsqlDataSource.Create(With(connectionString, "platform-journal", 8, commandTimeoutSeconds: 5, autoPrepare: false, options: KeyedPlans));
        Queries = NpgsqlDataSource.Create(With(connectionString, "platform-queries", 30, commandTimeoutSeconds: 10));
        ClusteringConnectionString = With(connectionString, "platform-clustering", 5, commandTimeoutSeconds: 5);
        GrainStorageConnectionString = With(connectionString, "platform-grain-storage", 10, commandTimeoutSeconds: 10);
    }

    /// <summary>For the group-commit writer and what it must know to go on.</summary>
    public NpgsqlDataSource Journal { get; }

    /// <summary>For read models, entity replay and stream readers.</summary>
    public NpgsqlDataSource Queries { get; }

    /// <summary>For membership alone: a silo that cannot write its own row in time is taken for dead.</summary>
    public string ClusteringConnectionString { get; }

    /// <summary>For snapshots and reminders.</summary>
    public string GrainStorageConnectionString { get; }

    /// <summary>One round trip to the server. Throws <see cref="NpgsqlException"/> or <see cref="TimeoutException"/> where it does not answer.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = Queries.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        await Queries.DisposeAsync();
    }

    // The writer touches rows by their keys alone. A plan made while a table was empty would scan it, and be kept while it grows.
    private const string KeyedPlans = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    // The writer prepares its statements itself: when a statement fails while it is being prepared automatically, Npgsql 10.0.0
    // can read the answer to the next batch as part of the failed one.
    private static string With(string connectionString, string application, int poolSize, int commandTimeoutSeconds, bool autoPrepare = true, string options = "")
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = application,
            MaxPoolSize = poolSize,
            Timeout = 3,
            CommandTimeout = commandTimeoutSeconds,
            KeepAlive = 5,
            AutoPrepareMinUsages = 2,
            MaxAutoPrepare = autoPrepare ? 64 : 0,
            NoResetOnClose = true,
            IncludeErrorDetail = false,
        };
        settings.Options = $"{settings.Options} {options}".Trim(); // What is given stays: it may say which role to take.
        return settings.ConnectionString;
    }
}
