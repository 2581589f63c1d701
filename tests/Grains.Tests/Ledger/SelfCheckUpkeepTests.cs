using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Grains.Ledger;
using Platform.Storage.Ledger;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Ledger;

/// <summary>The self-check in the background, on two silos.</summary>
public sealed class SelfCheckUpkeepTests(SelfCheckUpkeepTests.Cluster cluster) : IClassFixture<SelfCheckUpkeepTests.Cluster>
{
    [Fact]
    public async Task It_finds_a_change_and_freezes_only_that_wallet()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.OpenAsync(1_000)));
        await Eventually.HoldsAsync(
            async () =>
                await cluster.QueryAsync<long>("SELECT count(*) FROM ledger_check") == keys.Length, TimeSpan.FromSeconds(60),
            "all were checked once");
        await cluster.ExecuteAsync(
            $"""
            ALTER TABLE wallet_transaction DISABLE TRIGGER USER;
            UPDATE wallet_transaction SET amount = 2 WHERE wallet_id = '{keys[7].Id}' AND sequence = 1;
            ALTER TABLE wallet_transaction ENABLE TRIGGER USER;
            """);
        Assert.True((await cluster.ChargeAsync(keys[7], 1)).IsSuccess);
        await Eventually.HoldsAsync(
            async () => (await cluster.GetAsync(keys[7])).Status == WalletStatus.Frozen, TimeSpan.FromSeconds(60), "the wallet is frozen");

        await Eventually.HoldsAsync(
            async () =>
                await cluster.QueryAsync<long>(
                    "SELECT count(*) FROM wallet w JOIN ledger_check c USING (org_id, wallet_id) WHERE c.version = w.version")
                    == keys.Length,
            TimeSpan.FromSeconds(60), "all current versions were checked");
        Assert.Equal(1L, await cluster.QueryAsync<long>("SELECT count(*) FROM ledger_alert"));
        var alerts = cluster.Silos[0].Services.GetRequiredService<AlertTable>();
        Assert.Equal(
            FaultKind.Hash, Assert.Single(await alerts.ListAsync(keys[7].OrganisationId, null, 10, CancellationToken.None)).Fault.Kind);
    }

    public sealed class Cluster : EntityCluster
    {
        protected override int SiloCount => 2;

        protected override void Configure(IHostApplicationBuilder host) =>
            host.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Ledger:CheckEvery"] = "00:00:00.200" });
    }
}
