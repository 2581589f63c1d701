namespace Platform.Storage.Engine.PrivateServer;

/// <summary>The folder and the resources of a private cluster.</summary>
public sealed record PrivatePostgresOptions(string Folder)
{
    /// <summary>The name of the database, which the first start creates.</summary>
    public string Database { get; init; } = "platform";

    /// <summary>Enough for the pools (<see cref="PlatformDatabase"/>) of three silos and two APIs, and for commands beside them.</summary>
    public int MaxConnections { get; init; } = 400;

    /// <summary>
    /// An eighth of the machine's memory, between 128 MB and 2 GB, because the server shares the machine with the platform (a dedicated
    /// server would get a quarter). Pages are allocated when they are first used.
    /// </summary>
    public int SharedBuffersMegabytes { get; init; } =
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (8 << 20), 128, 2048);

    /// <summary>
    /// If false, the server does not flush to disk: a killed server still loses nothing, but a power failure may. Only for tests, which
    /// create and drop many databases.
    /// </summary>
    public bool SurvivesPowerLoss { get; init; } = true;

    /// <summary>Server settings, as arguments of its command line.</summary>
    internal IEnumerable<string> Settings(string clusterName, int port) =>
    [
        $"cluster_name={clusterName}",
        $"port={port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        $"max_connections={MaxConnections}",
        $"shared_buffers={SharedBuffersMegabytes}MB",
        $"fsync={(SurvivesPowerLoss ? "on" : "off")}",
        "synchronous_commit=on",
        // Few checkpoints under load, but recovery within seconds.
        "max_wal_size=2GB",
        "min_wal_size=512MB",
        "wal_buffers=16MB",
        "checkpoint_timeout=5min",
        "checkpoint_completion_target=0.9",
        // A forgotten transaction would block the fence of every journal reader.
        "idle_in_transaction_session_timeout=30s",
        "random_page_cost=1.1",
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        // Unique key conflicts are part of the journal's normal work, not server errors.
        "log_min_messages=warning",
        "log_min_error_statement=panic",
    ];
}

/// <summary>A private cluster cannot be started; the message says why and what to do.</summary>
public sealed class PrivatePostgresException : Exception
{
    public PrivatePostgresException()
    {
    }

    public PrivatePostgresException(string message)
        : base(message)
    {
    }

    public PrivatePostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
