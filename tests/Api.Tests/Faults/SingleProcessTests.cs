using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Api.Tests.Faults;

/// <summary>The platform as one process, under load: killed, and without its database.</summary>
[Collection(FaultCollection.Name)]
public sealed class SingleProcessTests(PostgresServerFixture server, ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_twice_under_load_and_once_together_with_its_database_it_loses_nothing_acknowledged()
    {
        var database = await server.CreateDatabaseAsync();
        var process = await Launch.SingleAsync(database);
        try
        {
            await using var load = await LoadOracle.StartAsync(database, [process.Address]);
            foreach (var withDatabase in (bool[])[false, true])
            {
                await load.ProgressAsync();
                await process.KillAsync();
                await process.DisposeAsync();
                if (withDatabase)
                {
                    await server.KillAsync();
                    await server.RestartAsync();
                }

                process = await Launch.SingleAsync(database, process.Address);
                var recovery = await load.RecoveryAsync(TimeSpan.FromSeconds(10));
                output.WriteLine($"killed{(withDatabase ? " with its database" : "")}: every wallet answered {recovery.TotalSeconds:0.0} s after the new process was ready");
            }

            await load.ProgressAsync();
            await load.CheckAsync();
            output.WriteLine($"{load.Summary}");
        }
        finally
        {
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task While_the_database_is_dead_all_is_503_in_time_and_service_resumes_within_5_s_of_its_return()
    {
        var database = await server.CreateDatabaseAsync();
        await using var process = await Launch.SingleAsync(database);
        await using var load = await LoadOracle.StartAsync(database, [process.Address]);
        await load.ProgressAsync();

        await server.KillAsync();
        try
        {
            await load.OutageIsFeltAsync(requests: 50);
        }
        finally
        {
            await server.RestartAsync();
        }

        var recovery = await load.RecoveryAsync(TimeSpan.FromSeconds(20));

        await load.ProgressAsync();
        await load.CheckAsync();
        output.WriteLine($"every wallet answered {recovery.TotalSeconds:0.0} s after the database was back; {load.Summary}");
        Assert.InRange(recovery, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(load.Slowest, TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }
}
