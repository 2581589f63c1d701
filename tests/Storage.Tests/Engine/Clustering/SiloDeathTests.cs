using System.Diagnostics;
using Npgsql;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Clustering;

/// <summary>Silos run as separate processes, so that one can be killed.</summary>
public sealed class SiloDeathTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_killed_silo_is_out_of_the_cluster_within_seconds_and_a_new_one_joins()
    {
        var configuration = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = postgres.ConnectionString,
            ["Silo:ClusterId"] = "death",
        };
        var silos = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PlatformProcess.StartAsync("Silo", configuration)));
        try
        {
            Assert.Equal(3L, await CountAsync(status: 3));

            await silos[0].KillAsync();
            var killed = Stopwatch.GetTimestamp();
            await Eventually.HoldsAsync(
                async () => await CountAsync(status: 6) == 1, TimeSpan.FromSeconds(40), "the killed silo is declared dead");

            // 6 s by the settings, but the machine may be slow. Orleans' defaults would take at least 15 s.
            Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(14));
            await using var replacement = await PlatformProcess.StartAsync("Silo", configuration);
            Assert.Equal(3L, await CountAsync(status: 3));
        }
        finally
        {
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }

    private async Task<long> CountAsync(int status)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM orleansmembershiptable WHERE deploymentid = 'death' AND status = $1", connection);
        command.Parameters.Add(new() { Value = status });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
