using Npgsql;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Api.Tests.Faults;

/// <summary>
/// The commands of every domain (<see cref="DomainFaults"/>) in a single process that is killed at each step and loses its database
/// connection at each commit. It measures no time, so it may run in parallel with other tests.
/// </summary>
public sealed class DomainFaultTests(PostgresServerFixture server, ITestOutputHelper output) : IClassFixture<PostgresServerFixture>
{
    [Fact]
    public async Task After_a_kill_at_any_step_a_command_is_completed_or_undone_and_takes_place_once()
    {
        // On two platforms in parallel, because most of the time is waiting for a restart and for recovery.
        string[] databases = [await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync()];
        var kills = DomainFaults.All().SelectMany(domain => domain.Kills.Select(kill => (Domain: domain.GetType(), Kill: kill))).ToArray();
        await Task.WhenAll(databases.Select(
            (database, turn) => KillAllAsync(database, kills.Where((_, place) => place % databases.Length == turn))));
    }

    [Fact]
    public async Task A_command_whose_commit_or_its_answer_is_lost_takes_place_once()
    {
        var database = await server.CreateDatabaseAsync();
        await using var proxy = new FlakyProxy(database);
        await using var process = await StartAsync(proxy.ConnectionString);
        foreach (var domain in await DomainFaults.BeginAllAsync(database, [process.Address], commands: 2))
        {
            List<HttpAnswer> answers = [];
            foreach (var lose in (Action<string>[])[proxy.LoseNextAnswer, proxy.LoseNextRequest])
            {
                var key = Tenant.NewKey();
                lose("journal_append");
                var answer = await domain.SettleAsync(answers.Count, key, 0);
                Assert.Equal(answer.Body, (await domain.SettleAsync(answers.Count, key, 0)).Body);
                answers.Add(answer);
            }

            await domain.CheckAsync(answers);
        }

        await TableChecks.CheckAsync(database);
    }

    private async Task KillAllAsync(string database, IEnumerable<(Type Domain, Kill Kill)> kills)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var process = await StartAsync(database);
        try
        {
            foreach (var (type, kill) in kills)
            {
                var began = TimeProvider.System.GetTimestamp();
                var domain = (DomainFaults)Activator.CreateInstance(type)!;
                await domain.BeginAsync(database, [process.Address], commands: 1);
                var key = Tenant.NewKey();
                await using (var row = await HeldRow.HoldAsync(source, kill))
                {
                    var request = domain.SendAsync(0, key, 0);
                    await row.ReachedAsync();
                    await process.KillAsync();
                    await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
                    if (!kill.Written)
                    {
                        await row.LoseAsync();
                    }
                }

                await process.DisposeAsync();
                process = await StartAsync(database, process.Address);
                var state = "";
                await Eventually.HoldsAsync(
                    async () =>
                    {
                        state = await domain.StateAsync();
                        return kill.Ends.Contains(state);
                    },
                    TimeSpan.FromSeconds(60), $"{domain}, {kill}: it ends as {string.Join(" or ", kill.Ends)}");

                // The caller retries.
                await domain.CheckAsync([await domain.SendAsync(0, key, 0)]);
                output.WriteLine($"{domain}, {kill}: {state} after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
            }
        }
        finally
        {
            await process.DisposeAsync();
        }

        await TableChecks.CheckAsync(database);
    }

    private static Task<PlatformProcess> StartAsync(string database, Uri? address = null) =>
        Launch.SingleAsync(database, address, ("Activities:HoldSeconds", "8"), ("Platform:WarmUp", "false"));
}
