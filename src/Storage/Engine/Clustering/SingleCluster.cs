using Npgsql;

namespace Platform.Storage.Engine.Clustering;

/// <summary>Cluster ids of single-process platforms. Each start gets a new one and removes the members of earlier ones.</summary>
public static class SingleCluster
{
    private const string Prefix = "single-";

    public static string NewId(DateTimeOffset now) => Prefix + Guid.CreateVersion7(now).ToString("N");

    /// <summary>Removes the membership of earlier single starts. Call it only if no other process uses this database.</summary>
    public static async Task ForgetEarlierAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            WITH members AS (DELETE FROM orleansmembershiptable WHERE starts_with(deploymentid, $1))
            DELETE FROM orleansmembershipversiontable WHERE starts_with(deploymentid, $1)
            """,
            connection);
        command.Parameters.Add(new() { Value = Prefix });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
