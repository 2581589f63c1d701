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
    // As many commands are killed at once, each at a step of its own.
    private const int KilledAtOnce = 4;

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
        foreach (var begun in await DomainFaults.BeginAllAsync(database, [process.Address], commands: 2))
        {
            using var domain = begun;
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
            foreach (var some in kills.Chunk(KilledAtOnce))
            {
                var api = process.Address;
                var commands = await Task.WhenAll(
                    some.Select(pair => KilledCommand.BeginAsync(pair.Domain, pair.Kill, database, api)));
                var held = commands.Select(command => (command.Organisation, command.Kill)).ToList();
                await using (var rows = await HeldRows.HoldAsync(source, held))
                {
                    var requests = commands.Select(command => command.SendAsync()).ToList();
                    await rows.ReachedAsync();
                    await process.KillAsync();
                    foreach (var request in requests)
                    {
                        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
                    }

                    await rows.LoseAsync();
                }

                await process.DisposeAsync();
                process = await StartAsync(database, process.Address);
                foreach (var ended in await Task.WhenAll(commands.Select(command => command.EndAsync())))
                {
                    output.WriteLine(ended);
                }
            }
        }
        finally
        {
            await process.DisposeAsync();
        }

        await TableChecks.CheckAsync(database);
    }

    // Lanes enough for all that are held and one for what leads up to them, each row in a transaction of its own.
    private static Task<PlatformProcess> StartAsync(string database, Uri? address = null) => Launch.SingleAsync(
        database, address, ("Activities:HoldSeconds", "8"), ("Platform:WarmUp", "false"),
        ("Journal:Lanes", $"{KilledAtOnce + 1}"), ("Journal:OverlapFrom", "1"), ("Journal:MaxBatchCount", "1"));

    /// <summary>The only command of a domain in an organisation of its own, killed at one step.</summary>
    private sealed class KilledCommand(DomainFaults domain, Kill kill)
    {
        private readonly string _key = Tenant.NewKey();

        public Kill Kill => kill;

        public Guid Organisation => domain.Organisation;

        public static async Task<KilledCommand> BeginAsync(Type type, Kill kill, string database, Uri api)
        {
            var domain = (DomainFaults)Activator.CreateInstance(type)!;
            await domain.BeginAsync(database, [api], commands: 1);
            return new KilledCommand(domain, kill);
        }

        public Task<HttpAnswer> SendAsync() => domain.SendAsync(0, _key, 0);

        /// <summary>Waits for an end that the kill may have; then its caller asks again. Returns what became of it.</summary>
        public async Task<string> EndAsync()
        {
            using var ended = domain;
            var began = TimeProvider.System.GetTimestamp();
            var state = "";
            await Eventually.HoldsAsync(
                async () =>
                {
                    state = await domain.StateAsync();
                    return kill.Ends.Contains(state);
                },
                TimeSpan.FromSeconds(60), $"{domain}, {kill}: it ends as {string.Join(" or ", kill.Ends)}");
            var took = TimeProvider.System.GetElapsedTime(began);
            await domain.CheckAsync([await domain.SendAsync(0, _key, 0)]);
            return $"{domain}, {kill}: {state} after {took.TotalSeconds:0} s";
        }
    }
}
