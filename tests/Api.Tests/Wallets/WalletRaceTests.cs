using System.Text.Json.Nodes;
using Platform.Api.Tests.Faults;
using Platform.Testing;

namespace Platform.Api.Tests.Wallets;

/// <summary>Races of debits and of the ends of holds, through two APIs and three silos.</summary>
[Collection(FaultClusterCollection.Name)]
public sealed class WalletRaceTests(FaultCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.RepairAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(500, 333)]
    public async Task Concurrent_charges_through_both_apis_succeed_exactly_as_far_as_balance_and_credit_allow(long balance, long credit)
    {
        const long Each = 7;
        using var tenant = await Tenant.RegisterAsync(cluster.Apis);
        var wallet = await tenant.OpenWalletAsync(balance);
        var limits = await tenant.SendAsync(
            HttpMethod.Put, $"wallets/{wallet}/limits", new JsonObject { ["creditLimit"] = Tenant.Money(credit) }.ToJsonString(), null, 0);
        Assert.True(limits.Status == 200, limits.Body);
        var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(i => tenant.ChargeAsync(wallet, Each, Tenant.NewKey(), i % 2)));
        Assert.All(answers, answer => Assert.True(answer.IsAccepted || answer.Code == "insufficient-funds", answer.Body));
        Assert.Equal((balance + credit) / Each, answers.Count(answer => answer.IsAccepted));
        Assert.Equal(((balance + credit) % Each) - credit, await tenant.BalanceAsync(wallet));
        await TableChecks.CheckAsync(cluster.ConnectionString);
    }

    /// <summary>Half of the races take place at the instant of expiry, so that the expiry can win as well.</summary>
    [Fact]
    public async Task Capture_void_and_expiry_raced_fifty_times_have_one_winner()
    {
        using var tenant = await Tenant.RegisterAsync(cluster.Apis);
        var wallet = await tenant.OpenWalletAsync(100_000);
        var races = await Task.WhenAll(Enumerable.Range(0, 50).Select(RaceAsync));
        await Eventually.HoldsAsync(
            async () =>
                await TableChecks.ScalarAsync<long>(
                    cluster.ConnectionString, $"SELECT count(*) FROM hold WHERE wallet_id = '{wallet}' AND ended_as IS NULL") == 0,
            TimeSpan.FromSeconds(20), "every hold has ended");
        Assert.Equal(50L, await TableChecks.ScalarAsync<long>(
            cluster.ConnectionString, $"SELECT count(*) FROM wallet_transaction WHERE wallet_id = '{wallet}' AND type IN (3, 4, 5)"));
        foreach (var (hold, captured, voided) in races)
        {
            Assert.False(captured.Status == 201 && voided.Status == 201, hold);
            Assert.All([captured, voided], answer => Assert.True(
                answer.Status == 201 || answer.Code is "hold-captured" or "hold-voided" or "hold-expired", answer.Body));
            var end = await TableChecks.ScalarAsync<short>(cluster.ConnectionString, $"SELECT ended_as FROM hold WHERE hold_id = '{hold}'");
            Assert.Equal(captured.Status == 201 ? 3 : voided.Status == 201 ? 4 : 5, end);
        }

        var view = (await tenant.GetAsync($"wallets/{wallet}")).Json;
        Assert.Equal(0, Tenant.Cents(view["held"]!));
        Assert.Equal(100_000 - (10 * races.Count(race => race.Captured.Status == 201)), Tenant.Cents(view["balance"]!));
        await TableChecks.CheckAsync(cluster.ConnectionString);

        async Task<(string Hold, HttpAnswer Captured, HttpAnswer Voided)> RaceAsync(int number)
        {
            var expiresIn = number % 2 == 0 ? 1 : 60;
            var held = await tenant.PostAsync(
                $"wallets/{wallet}/holds", new JsonObject { ["amount"] = Tenant.Money(10), ["expiresIn"] = expiresIn, ["reason"] = "race" },
                Tenant.NewKey(), number % 2);
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
}
