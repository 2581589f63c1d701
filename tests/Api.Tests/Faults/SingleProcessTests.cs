using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Api.Tests.Faults;

/// <summary>The platform as one process under load: killed, and without its database.</summary>
[Collection(FaultCollection.Name)]
public sealed class SingleProcessTests(PostgresServerFixture server, ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_under_load_alone_and_with_its_database_it_loses_nothing_acknowledged()
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
                var what = withDatabase ? "killed with its database" : "killed";
                output.WriteLine($"{what}: every wallet answered {recovery.TotalSeconds:0.0} s after the new process was ready");
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
    public async Task While_the_database_is_down_all_answers_are_503_and_service_resumes_within_5_s()
    {
        var database = await server.CreateDatabaseAsync();
        await using var process = await Launch.SingleAsync(database);
        await using var load = await LoadOracle.StartAsync(database, [process.Address]);
        await load.ProgressAsync();

        await server.KillAsync();
        try
        {
            await load.WaitForFailuresAsync(requests: 50);
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
