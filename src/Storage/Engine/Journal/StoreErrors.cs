using System.Net.Sockets;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>What a failed statement means for the batch that it carried.</summary>
internal enum StoreError
{
    /// <summary>Rolled back: a version, an operation or a refusal is in the way of some of it.</summary>
    Conflict,

    /// <summary>Rolled back for reasons outside it; the same batch may pass next time.</summary>
    Retry,

    /// <summary>Rolled back: some of it is not acceptable to the store.</summary>
    Rejection,

    /// <summary>No answer: nobody knows whether it was committed.</summary>
    Outage,

    /// <summary>The driver itself failed: nobody knows whether it was committed, and the batch may be the reason.</summary>
    Unexpected,

    /// <summary>Rolled back: this silo is dead to the cluster.</summary>
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
