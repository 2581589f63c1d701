using System.Net.Sockets;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>What a failed statement means for its batch.</summary>
internal enum StoreError
{
    /// <summary>Rolled back: a stored version, operation or refusal conflicts with part of the batch.</summary>
    Conflict,

    /// <summary>Rolled back for external reasons; the same batch may succeed next time.</summary>
    Retry,

    /// <summary>Rolled back: the store does not accept part of the batch.</summary>
    Rejection,

    /// <summary>No answer: the batch may or may not be committed.</summary>
    Outage,

    /// <summary>The driver failed: the batch may or may not be committed, and it may be the cause.</summary>
    Unexpected,

    /// <summary>Rolled back: the cluster has declared this silo dead.</summary>
    SiloDead,
}

/// <summary>Classifies by SQLSTATE (PostgreSQL documentation, appendix A) and by our own codes PJ001 to PJ003.</summary>
internal static class StoreErrors
{
    public static StoreError Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: "23505" or "PJ001" or "PJ002" } => StoreError.Conflict,
        PostgresException { SqlState: "PJ003" } => StoreError.SiloDead,
        PostgresException { SqlState: "40001" or "40P01" or "55P03" } => StoreError.Retry,
        PostgresException postgres when postgres.SqlState[..2] is "08" or "53" or "57" or "58" or "XX" or "25" => StoreError.Outage,
        PostgresException => StoreError.Rejection,
        NpgsqlException or SocketException or IOException or TimeoutException or OperationCanceledException => StoreError.Outage,
        _ => StoreError.Unexpected,
    };
}
