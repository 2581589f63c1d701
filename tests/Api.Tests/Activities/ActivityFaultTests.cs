using System.Text.Json.Nodes;
using Npgsql;
using Platform.Api.Tests.Faults;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Api.Tests.Activities;

/// <summary>
/// The process is killed at every step of an activity. The journal row of that step waits for a lock, so that the kill meets exactly it; it
/// is then either written although nobody was told, or lost.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class ActivityFaultTests(PostgresServerFixture server, ITestOutputHelper output)
{
    private const int Lock = 4242;

    private static readonly (string How, string Entity, string Event, bool Written, string Ends)[] Kills =
    [
        ("perform", "activity", "requested", true, "completed"),
        ("perform", "activity-meter", "taken", true, "completed"),
        ("perform", "wallet", "charged", false, "completed"),
        ("perform", "wallet", "charged", true, "completed"),
        ("perform", "activity", "completed", false, "completed"),
        ("report", "activity-meter", "taken", false, "expired"),
        ("report", "wallet", "held", true, "expired"),
        ("report", "activity", "authorised", true, "expired"),
        ("report", "activity", "closing", true, "completed expired"), // As the hold lasts until it is captured after the restart, or not.
        ("report", "wallet", "captured", true, "completed"),
        ("report", "activity", "completed", false, "completed"),
        ("cancel", "activity", "closing", true, "cancelled"),
        ("cancel", "wallet", "released", true, "cancelled"),
        ("cancel", "activity-meter", "given-back", true, "cancelled"),
    ];

    [Fact]
    public async Task Killed_between_any_two_steps_it_ends_charged_once_or_not_at_all_and_nothing_stays_held()
    {
        // On two platforms at once: a kill is mostly waiting, for the next process and for the hold to expire.
        string[] databases = [await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync()];
        await Task.WhenAll(databases.Select((database, turn) => KillAllAsync(database, Kills.Where((_, place) => place % databases.Length == turn))));
    }

    private async Task KillAllAsync(string database, IEnumerable<(string How, string Entity, string Event, bool Written, string Ends)> kills)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var process = await StartAsync(database, null);
        try
        {
            foreach (var kill in kills)
            {
                using var tenant = await Tenant.RegisterAsync([process.Address]);
                var wallet = await FundAsync(tenant);
                var began = TimeProvider.System.GetTimestamp();
                var key = await KillAtAsync(source, process, tenant, kill);
                await process.DisposeAsync();
                process = await StartAsync(database, process.Address);

                await Eventually.HoldsAsync(
                    async () => kill.Ends.Contains((await ActivityAsync(tenant))["status"]!.GetValue<string>(), StringComparison.Ordinal),
                    TimeSpan.FromSeconds(60), $"{kill} has ended: {(await ActivityAsync(tenant)).ToJsonString()}");
                await Eventually.HoldsAsync(
                    async () => (await WalletAsync(tenant, wallet))["held"]!["amount"]!.GetValue<string>() == "0.00", TimeSpan.FromSeconds(30), $"{kill}: nothing is held");
                await CheckAsync(tenant, wallet);

                // Its caller asks again: the outcome stays.
                var status = (await ActivityAsync(tenant))["status"]!.GetValue<string>();
                var again = await SendAsync(tenant, kill.How, key);
                Assert.Equal(status is "completed" or "cancelled", again.Status is 200 or 201);
                await CheckAsync(tenant, wallet);
                output.WriteLine($"{kill}: {status} after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
            }
        }
        finally
        {
            await process.DisposeAsync();
        }
    }

    private static Task<PlatformProcess> StartAsync(string database, Uri? address) =>
        Launch.SingleAsync(database, address, ("Activities:HoldSeconds", "8"), ("Platform:WarmUp", "false"));

    private static async Task<string> KillAtAsync(
        NpgsqlDataSource source, PlatformProcess process, Tenant tenant, (string How, string Entity, string Event, bool Written, string Ends) kill)
    {
        var key = kill.How == "cancel" ? await AuthoriseAsync(tenant) : Tenant.NewKey();
        await using var holder = await source.OpenConnectionAsync();
        await ExecuteAsync(holder, $"SELECT pg_advisory_lock({Lock})");
        await ExecuteAsync(holder,
            $$"""
            CREATE OR REPLACE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared({{Lock}}); RETURN NEW; END';
            CREATE TRIGGER wait_for_the_test BEFORE INSERT ON journal FOR EACH ROW
            WHEN (NEW.entity_type = '{{kill.Entity}}' AND NEW.events::text LIKE '%"$type":"{{kill.Event}}"%') EXECUTE FUNCTION wait_for_the_test();
            """);
        var request = SendAsync(tenant, kill.How, key);
        const string Waiting = "FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        await Eventually.HoldsAsync(async () => await CountAsync(holder, $"SELECT count(*) {Waiting}") == 1, TimeSpan.FromSeconds(30), $"{kill} is reached");
        await process.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        if (!kill.Written)
        {
            await ExecuteAsync(holder, $"SELECT pg_terminate_backend(pid) {Waiting}");
        }

        await Eventually.HoldsAsync(async () => kill.Written || await CountAsync(holder, $"SELECT count(*) {Waiting}") == 0, TimeSpan.FromSeconds(30), "it is gone");
        await ExecuteAsync(holder, $"SELECT pg_advisory_unlock({Lock})");
        await ExecuteAsync(holder, "DROP TRIGGER wait_for_the_test ON journal");
        return key;
    }

    // Ten were there: what is completed was charged exactly once, and nothing else was.
    private static async Task CheckAsync(Tenant tenant, string wallet)
    {
        var activity = await ActivityAsync(tenant);
        var completed = activity["status"]!.GetValue<string>() == "completed";
        var charges = (await tenant.TransactionsAsync(wallet)).Where(moved => moved["type"]!.GetValue<string>() is "charge" or "capture").ToList();
        Assert.Equal(completed ? 1 : 0, charges.Count);
        var cost = completed ? Tenant.Cents(activity["cost"]!) : 0;
        Assert.Equal(1000 - cost, Tenant.Cents((await WalletAsync(tenant, wallet))["balance"]!));
        Assert.Equal(cost, charges.Sum(charge => Tenant.Cents(charge["amount"]!)));
    }

    private static async Task<string> FundAsync(Tenant tenant)
    {
        var wallet = (await tenant.GetAsync("wallets")).Json["items"]![0]!["id"]!.GetValue<string>();
        var money = new JsonObject { ["amount"] = "10.00", ["currency"] = "USD" };
        var funded = await tenant.PostAsync($"wallets/{wallet}/deposits", new JsonObject { ["amount"] = money, ["reference"] = "bank" }, Tenant.NewKey());
        Assert.True(funded.Status == 201, funded.Body);
        return wallet;
    }

    // The id of an authorised activity, which is then the key of its cancellation.
    private static async Task<string> AuthoriseAsync(Tenant tenant)
    {
        var authorised = await tenant.PostAsync(
            "activities/authorisations", new JsonObject { ["type"] = "form-download", ["quantity"] = 3, ["expiresIn"] = 3600 }, Tenant.NewKey());
        Assert.True(authorised.Status == 201, authorised.Body);
        return authorised.Json["id"]!.GetValue<string>();
    }

    private static Task<HttpAnswer> SendAsync(Tenant tenant, string how, string key) => how switch
    {
        "perform" => tenant.PostAsync("activities", new JsonObject { ["type"] = "form-download", ["quantity"] = 3 }, key),
        "report" => tenant.PostAsync("activities/usage-report", new JsonObject { ["from"] = "2026-01-01T00:00:00Z", ["to"] = "2026-12-31T00:00:00Z" }, key),
        _ => tenant.PostAsync($"activities/{key}/cancel", new JsonObject(), key),
    };

    private static async Task<JsonNode> ActivityAsync(Tenant tenant) => Assert.Single((await tenant.GetAsync("activities")).Json["items"]!.AsArray())!;

    private static async Task<JsonNode> WalletAsync(Tenant tenant, string wallet) => (await tenant.GetAsync($"wallets/{wallet}")).Json;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
