using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Storage.Engine.PrivateServer;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.PrivateServer;

/// <summary>A private server that dies is restarted.</summary>
public sealed class SupervisedPostgresTests
{
    [Fact]
    public async Task A_killed_server_is_restarted_on_the_same_port_and_stops_on_dispose()
    {
        using var folder = new TestFolder();
        var postgres = new PrivatePostgres(new PrivatePostgresOptions(folder.In("postgres")) { SharedBuffersMegabytes = 32 });
        await postgres.StartAsync(CancellationToken.None);
        var connectionString = postgres.ConnectionString;
        await using (new SupervisedPostgres(postgres, NullLogger.Instance))
        {
            await postgres.KillAsync();
            await Eventually.HoldsAsync(() => AnswersAsync(connectionString), TimeSpan.FromSeconds(20), "the server answers again");
        }

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AnswersAsync(connectionString));
    }

    private static async Task<bool> AnswersAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 2 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return true;
    }
}
