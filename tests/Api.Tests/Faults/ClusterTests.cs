using Npgsql;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Api.Tests.Faults;

/// <summary>Three silos and two APIs: the failure of one must not affect stored data.</summary>
[Collection(FaultClusterCollection.Name)]
public sealed class ClusterTests(FaultCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.RepairAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_silo_killed_under_load_is_replaced_and_nothing_acknowledged_is_lost()
    {
        var domains = await DomainFaults.BeginAllAsync(cluster.ConnectionString, cluster.Apis);
        await using var load = await LoadOracle.StartAsync(cluster.ConnectionString, cluster.Apis);
        await load.ProgressAsync();
        using var commands = new PendingCommands(domains);
        await commands.HalfAsync();
        var silo = cluster.Silos[0];
        await silo.KillAsync();
        var recovery = await load.RecoveryAsync(TimeSpan.FromSeconds(25));
        await cluster.LeaveAsync(silo);
        await commands.CheckAsync();
        await cluster.JoinAsync();
        await load.ProgressAsync();
        await load.CheckAsync();
        output.WriteLine($"every wallet answered {recovery.TotalSeconds:0.0} s after the kill; {load.Summary}");
    }

    /// <summary>The zombie connects with its own owner and role, so every row shows who wrote it and when.</summary>
    [Fact]
    public async Task A_hanging_silo_is_declared_dead_and_after_waking_it_writes_nothing_and_exits()
    {
        const string Mark =
            """
            DROP ROLE IF EXISTS zombie;
            CREATE ROLE zombie SUPERUSER LOGIN PASSWORD 'zombie';
            ALTER TABLE journal ADD COLUMN writer text DEFAULT current_user, ADD COLUMN written_at timestamptz DEFAULT clock_timestamp();
            SELECT count(*) FROM journal;
            """;
        await TableChecks.ScalarAsync<long>(cluster.ConnectionString, Mark);
        await cluster.LeaveAsync(cluster.Silos[0]);
        var zombie = await cluster.JoinAsync(
            new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Username = "zombie", Password = "zombie" }.ConnectionString);
        var member = await cluster.NewestMemberAsync();
        try
        {
            // Other silos learn of a new silo and its load shortly after it has joined.
            using var first = await Tenant.RegisterAsync(cluster.Apis);
            await Eventually.HoldsAsync(
                async () =>
                {
                    await first.OpenWalletAsync(1);
                    return await WrittenByZombieAsync() >= 5;
                },
                TimeSpan.FromSeconds(30),
                "new wallets are placed on the new silo");
            var domains = await DomainFaults.BeginAllAsync(cluster.ConnectionString, cluster.Apis);
            await using var load = await LoadOracle.StartAsync(cluster.ConnectionString, cluster.Apis);
            await Eventually.HoldsAsync(async () => await WrittenByZombieAsync() > 50, TimeSpan.FromSeconds(20), "the silo writes rows");
            await zombie.SuspendAsync();
            var suspended = TimeProvider.System.GetTimestamp();
            using var commands = new PendingCommands(domains);
            await cluster.DeclaredDeadAsync(member, TimeSpan.FromSeconds(12));
            output.WriteLine($"declared dead {TimeProvider.System.GetElapsedTime(suspended).TotalSeconds:0.0} s after it was suspended");
            var declared = await TableChecks.ScalarAsync<DateTime>(cluster.ConnectionString, "SELECT clock_timestamp()");
            var recovery = await load.RecoveryAsync(TimeSpan.FromSeconds(25));
            await commands.CheckAsync();

            await zombie.ResumeAsync();
            var code = await zombie.ExitAsync(TimeSpan.FromSeconds(10));
            await load.ProgressAsync();
            await load.CheckAsync();

            Assert.NotEqual(0, code);
            Assert.Contains("dead", zombie.Log, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, await WrittenByZombieAsync($"AND written_at > '{declared:O}'"));
            output.WriteLine($"every wallet answered {recovery.TotalSeconds:0.0} s after the silo was declared dead; {load.Summary}");
        }
        finally
        {
            await zombie.KillAsync();
            await cluster.LeaveAsync(zombie);
        }

        Task<long> WrittenByZombieAsync(string when = "") =>
            TableChecks.ScalarAsync<long>(cluster.ConnectionString, $"SELECT count(*) FROM journal WHERE writer = 'zombie_runtime' {when}");
    }

    [Fact]
    public async Task A_rolling_restart_under_load_loses_no_acknowledged_write()
    {
        await using var load = await LoadOracle.StartAsync(cluster.ConnectionString, cluster.Apis);
        await load.ProgressAsync();
        foreach (var silo in cluster.Silos.ToArray())
        {
            var code = await silo.StopAsync(TimeSpan.FromSeconds(30));
            Assert.True(code == 0, $"It ended with {code}: {silo.Log}");
            await cluster.LeaveAsync(silo);
            await cluster.JoinAsync();
            await load.RecoveryAsync(TimeSpan.FromSeconds(15));
        }

        await load.CheckAsync();
        output.WriteLine($"{load.Summary}");
    }

    [Fact]
    public async Task One_key_sent_fifty_times_at_once_through_both_apis_is_one_entry_and_equal_replies()
    {
        foreach (var begun in await DomainFaults.BeginAllAsync(cluster.ConnectionString, cluster.Apis, commands: 1))
        {
            using var domain = begun;
            var key = Tenant.NewKey();
            var first = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => domain.SendAsync(0, key, i % 2)));

            // A client that is told to ask later does so, with the same key.
            var postponed = first.Count(answer => answer.IsUnavailable);
            var answers = await Task.WhenAll(first.Select(
                (answer, i) => answer.IsUnavailable ? domain.SettleAsync(0, key, i % 2) : Task.FromResult(answer)));
            output.WriteLine($"{domain}: {postponed} of {first.Length} were told to ask later.");
            Assert.All(answers, answer => Assert.True(answer.IsAccepted, $"{domain}: {answer.Status} {answer.Body}"));
            Assert.Single(answers.Select(answer => answer.Body).Distinct());
            var decided = answers.Count(answer => !answer.Replayed);
            Assert.True(
                !domain.TellsRepetitions || decided == 1 || (decided == 0 && postponed > 0), $"{domain} does not tell repetitions.");
            await domain.CheckAsync([answers[0]]);
        }

        await TableChecks.CheckAsync(cluster.ConnectionString);
    }
}
