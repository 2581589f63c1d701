using Npgsql;
using Platform.Storage.Engine;
using Platform.Storage.Engine.PrivateServer;

namespace Platform.Storage.Tests.Engine.PrivateServer;

public sealed class ConnectionLimitTests
{
    /// <summary>Three silos and two APIs on one private server: <c>scripts/cluster</c>, and the fault suite.</summary>
    private const int Processes = 5;

    private const int ReservedByTheServer = 3;

    [Fact]
    public async Task A_private_server_has_room_for_every_pool_of_a_cluster_at_its_largest()
    {
        await using var database = new PlatformDatabase("Host=127.0.0.1;Database=platform");
        var pools = new[]
        {
            database.Journal.ConnectionString, database.Queries.ConnectionString, database.ClusteringConnectionString,
                database.GrainStorageConnectionString,
        };
        var most = pools.Sum(pool => new NpgsqlConnectionStringBuilder(pool).MaxPoolSize);
        Assert.InRange(Processes * most, Processes, new PrivatePostgresOptions("").MaxConnections - ReservedByTheServer);
    }
}
