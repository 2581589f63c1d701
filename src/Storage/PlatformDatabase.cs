using Npgsql;

namespace Platform.Storage;

/// <summary>
/// The pools of one process. Journal, queries and Orleans' own tables have a pool each, so that none can starve another:
/// a burst of searches must not keep a commit or a membership write waiting.
/// </summary>
public sealed class PlatformDatabase : IAsyncDisposable
{
    public PlatformDatabase(string connectionString)
    {
        Journal = NpgsqlDataSource.Create(With(connectionString, "platform-journal", 8, commandTimeoutSeconds: 5));
        Queries = NpgsqlDataSource.Create(With(connectionString, "platform-queries", 30, commandTimeoutSeconds: 10));
        OrleansConnectionString = With(connectionString, "platform-orleans", 10, commandTimeoutSeconds: 10);
    }

    /// <summary>For the group-commit writer and what it must know to go on.</summary>
    public NpgsqlDataSource Journal { get; }

    /// <summary>For read models, entity replay and stream readers.</summary>
    public NpgsqlDataSource Queries { get; }

    /// <summary>For clustering, reminders and snapshots.</summary>
    public string OrleansConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        await Queries.DisposeAsync();
    }

    private static string With(string connectionString, string application, int poolSize, int commandTimeoutSeconds) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = application,
            MaxPoolSize = poolSize,
            Timeout = 3,
            CommandTimeout = commandTimeoutSeconds,
            KeepAlive = 5,
            AutoPrepareMinUsages = 2,
            MaxAutoPrepare = 64,
            NoResetOnClose = true,
            IncludeErrorDetail = false,
        }.ConnectionString;
}
