using Npgsql;

namespace Platform.Storage.Engine;

/// <summary>
/// The connection pools of one process. Journal, queries and Orleans' tables have separate pools, so that a burst of searches cannot
/// delay a commit or a membership write. A serving process connects as a role that cannot change evidence
/// (<see cref="DatabaseRoles.RuntimeLogin"/>).
/// </summary>
public sealed class PlatformDatabase : IAsyncDisposable
{
    public PlatformDatabase(string connectionString)
    {
        Journal = NpgsqlDataSource.Create(
            With(connectionString, "platform-journal", 8, commandTimeoutSeconds: 5, autoPrepare: false, options: KeyedPlans));
        Queries = NpgsqlDataSource.Create(With(connectionString, "platform-queries", 30, commandTimeoutSeconds: 10));
        ClusteringConnectionString = With(connectionString, "platform-clustering", 5, commandTimeoutSeconds: 5);
        GrainStorageConnectionString = With(connectionString, "platform-grain-storage", 10, commandTimeoutSeconds: 10);
    }

    /// <summary>For the group-commit writer, including its reads.</summary>
    public NpgsqlDataSource Journal { get; }

    /// <summary>For read models, entity replay and stream readers.</summary>
    public NpgsqlDataSource Queries { get; }

    /// <summary>Only for membership: a silo that cannot write its own row in time is declared dead.</summary>
    public string ClusteringConnectionString { get; }

    /// <summary>For snapshots and reminders.</summary>
    public string GrainStorageConnectionString { get; }

    /// <summary>Makes one round trip. Without an answer, throws <see cref="NpgsqlException"/> or <see cref="TimeoutException"/>.</summary>
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

    // The writer accesses rows only by key. A plan made while a table was empty would scan it, and would be kept while the table grows.
    private const string KeyedPlans =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    // The writer prepares its statements itself: if a statement fails while it is being prepared automatically, Npgsql 10.0.0
    // can read the answer to the next batch as part of the failed one.
    private static string With(
        string connectionString,
        string application,
        int poolSize,
        int commandTimeoutSeconds,
        bool autoPrepare = true,
        string options = "")
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
        settings.Options = $"{settings.Options} {options}".Trim(); // Keep the configured options: they may name the role.
        return settings.ConnectionString;
    }
}
