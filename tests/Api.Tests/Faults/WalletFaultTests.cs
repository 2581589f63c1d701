using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Holds, credit and transfers through two APIs and three silos.</summary>
[Collection(FaultClusterCollection.Name)]
public sealed class WalletFaultTests(FaultCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.RepairAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Of_debits_at_once_exactly_those_succeed_that_balance_and_credit_allow()
    {
        const long Balance = 500;
        const long Credit = 333;
        const long Each = 7;
        using var tenant = await Tenant.RegisterAsync(cluster.Apis);
        var wallet = await tenant.OpenWalletAsync(Balance);
        var limits = await tenant.SendAsync(
            HttpMethod.Put, $"wallets/{wallet}/limits", new JsonObject { ["creditLimit"] = Money(Credit) }.ToJsonString(), null, 0);
        Assert.True(limits.Status == 200, limits.Body);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => tenant.ChargeAsync(wallet, Each, Tenant.NewKey(), i % 2)));
        Assert.All(answers, answer => Assert.True(answer.Status == 201 || answer.Code == "insufficient-funds", answer.Body));
        Assert.Equal((Balance + Credit) / Each, answers.Count(answer => answer.Status == 201));
    }

    /// <summary>Half of the races end at the instant of the expiry, so that it may win as well.</summary>
    [Fact]
    public async Task Capture_void_and_expiry_raced_fifty_times_have_one_winner()
    {
        using var tenant = await Tenant.RegisterAsync(cluster.Apis);
        var wallet = await tenant.OpenWalletAsync(100_000);
        var races = await Task.WhenAll(Enumerable.Range(0, 50).Select(RaceAsync));
        await Eventually.HoldsAsync(
            async () => await Ledger.ScalarAsync<long>(cluster.ConnectionString, $"SELECT count(*) FROM hold WHERE wallet_id = '{wallet}' AND ended_as IS NULL") == 0,
            TimeSpan.FromSeconds(20), "every hold has ended");
        Assert.Equal(50L, await Ledger.ScalarAsync<long>(
            cluster.ConnectionString, $"SELECT count(*) FROM wallet_transaction WHERE wallet_id = '{wallet}' AND type IN (3, 4, 5)"));
        foreach (var (hold, captured, voided) in races)
        {
            Assert.False(captured.Status == 201 && voided.Status == 201, hold);
            Assert.All([captured, voided], answer => Assert.True(
                answer.Status == 201 || answer.Code is "hold-captured" or "hold-voided" or "hold-expired", answer.Body));
            var end = await Ledger.ScalarAsync<short>(cluster.ConnectionString, $"SELECT ended_as FROM hold WHERE hold_id = '{hold}'");
            Assert.Equal(captured.Status == 201 ? 3 : voided.Status == 201 ? 4 : 5, end);
        }

        var view = (await tenant.GetAsync($"wallets/{wallet}")).Json;
        Assert.Equal(0, Tenant.Cents(view["held"]!));
        Assert.Equal(100_000 - (10 * races.Count(race => race.Captured.Status == 201)), Tenant.Cents(view["balance"]!));
        await Ledger.CheckAsync(cluster.ConnectionString);

        async Task<(string Hold, HttpAnswer Captured, HttpAnswer Voided)> RaceAsync(int number)
        {
            var expiresIn = number % 2 == 0 ? 1 : 60;
            var held = await tenant.PostAsync(
                $"wallets/{wallet}/holds", new JsonObject { ["amount"] = Money(10), ["expiresIn"] = expiresIn, ["reason"] = "race" }, Tenant.NewKey(), number % 2);
            Assert.True(held.Status == 201, held.Body);
            var hold = held.Json["id"]!.GetValue<string>();
            var expiry = held.Json["expiresAt"]!.GetValue<DateTimeOffset>();
            if (expiresIn == 1)
            {
                while (TimeProvider.System.GetUtcNow() < expiry - TimeSpan.FromMilliseconds(5 * (number % 10)))
                {
                    await tenant.GetAsync($"holds/{hold}", number % 2);
                }
            }

            var capture = tenant.PostAsync($"holds/{hold}/capture", new JsonObject(), Tenant.NewKey(), 0);
            var release = tenant.PostAsync($"holds/{hold}/void", new JsonObject(), Tenant.NewKey(), 1);
            return (hold, await capture, await release);
        }
    }

    [Fact]
    public async Task Transfers_survive_the_kill_of_a_silo_with_both_legs_or_none()
    {
        using var tenant = await Tenant.RegisterAsync(cluster.Apis);
        var wallets = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.OpenWalletAsync(1_000)));
        var killed = false;
        var transfers = Enumerable.Range(0, 240).Select(async i =>
        {
            var (from, to) = (wallets[i % 8], wallets[(i + 1 + (i / 8 % 7)) % 8]);
            var body = new JsonObject { ["fromWalletId"] = from, ["toWalletId"] = to, ["amount"] = Money(1 + (i % 50)), ["reason"] = "round" };
            var key = Tenant.NewKey();
            var answer = await tenant.PostAsync("transfers", body, key, i % 2);
            if (i == 60)
            {
                killed = true;
                await cluster.Silos[0].KillAsync();
            }

            answer = await AskAgainAsync(answer, () => tenant.PostAsync("transfers", body, key, i % 2));
            Assert.True(answer.Status == 201 || answer.Code == "insufficient-funds", answer.Body);
            return answer;
        }).ToArray();
        var answers = await Task.WhenAll(transfers);
        Assert.True(killed);
        Assert.Contains(answers, answer => answer.Status == 201);
        Assert.Equal(answers.Count(answer => answer.Status == 201), (int)await Ledger.ScalarAsync<long>(
            cluster.ConnectionString, $"SELECT count(*) FROM wallet_transaction WHERE type = 10 AND wallet_id = ANY ('{{{string.Join(',', wallets)}}}')"));
        Assert.Equal(8_000L, await Ledger.ScalarAsync<long>(
            cluster.ConnectionString, $"SELECT sum(balance)::bigint FROM wallet WHERE wallet_id = ANY ('{{{string.Join(',', wallets)}}}')"));
        await Ledger.CheckAsync(cluster.ConnectionString);
    }

    [Fact]
    public async Task Budgets_survive_the_kill_of_a_silo_and_their_parent_has_paid_what_was_charged()
    {
        using var tenant = await Tenant.RegisterAsync(cluster.Apis);
        var parent = await tenant.OpenWalletAsync(3_000);
        var children = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ChildAsync()));
        var killed = false;
        var charges = Enumerable.Range(0, 400).Select(async i =>
        {
            var (cents, key) = (1 + (i % 20), Tenant.NewKey());
            var answer = await tenant.ChargeAsync(children[i % 4], cents, key, i % 2);
            if (i == 60)
            {
                killed = true;
                await cluster.Silos[0].KillAsync();
            }

            answer = await AskAgainAsync(answer, () => tenant.ChargeAsync(children[i % 4], cents, key, i % 2));
            Assert.True(answer.Status == 201 || answer.Code == "insufficient-funds", answer.Body);
            return answer.Status == 201 ? cents : 0;
        }).ToArray();
        var spent = (await Task.WhenAll(charges)).Sum();
        Assert.True(killed);
        Assert.InRange(spent, 2_500, 3_000);

        foreach (var child in children)
        {
            var ended = await AskAgainAsync(null, () => tenant.SendAsync(HttpMethod.Delete, $"wallets/{child}/budget", null, null, 0));
            Assert.True(ended.Status == 200, ended.Body);
        }

        await Eventually.HoldsAsync(
            async () => (await tenant.GetAsync($"wallets/{parent}")) is { Status: 200 } answer && Tenant.Cents(answer.Json["leased"]!) == 0,
            TimeSpan.FromSeconds(30), "every lease has come back");
        var view = (await tenant.GetAsync($"wallets/{parent}")).Json;
        Assert.Equal((3_000 - spent, 3_000 - spent), (Tenant.Cents(view["balance"]!), Tenant.Cents(view["available"]!)));
        var all = string.Join(',', children.Append(parent));
        Assert.Equal(0L, await Ledger.ScalarAsync<long>(
            cluster.ConnectionString, $"SELECT sum(amount)::bigint FROM ledger_entry WHERE wallet_id = ANY ('{{{all}}}') AND account IN (9, 10)"));
        Assert.Equal((long)spent, await Ledger.ScalarAsync<long>(
            cluster.ConnectionString, $"SELECT sum(amount)::bigint FROM ledger_entry WHERE wallet_id = ANY ('{{{all}}}') AND account = 4"));
        await Ledger.CheckAsync(cluster.ConnectionString);

        async Task<string> ChildAsync()
        {
            var child = (await tenant.PostAsync("wallets", new JsonObject(), Tenant.NewKey())).Json["id"]!.GetValue<string>();
            var set = await tenant.SendAsync(
                HttpMethod.Put, $"wallets/{child}/budget", new JsonObject { ["parentWalletId"] = parent, ["slice"] = Money(100) }.ToJsonString(), null, 0);
            Assert.True(set.Status == 200, set.Body);
            return child;
        }
    }

    private static async Task<HttpAnswer> AskAgainAsync(HttpAnswer? first, Func<Task<HttpAnswer>> ask)
    {
        var began = TimeProvider.System.GetTimestamp();
        var answer = first ?? await ask();
        while (answer.IsUnavailable && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            answer = await ask();
        }

        return answer;
    }

    private static JsonObject Money(long cents) =>
        new() { ["amount"] = (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture), ["currency"] = "USD" };
}
