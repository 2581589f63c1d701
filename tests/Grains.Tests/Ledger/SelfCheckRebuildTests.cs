using Platform.Grains.Ledger;
using Platform.Silo.Hosting;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Ledger;

/// <summary>The self-check during commits and rebuilds, and on a ledger that was rewritten as a whole.</summary>
public sealed class SelfCheckRebuildTests(LedgerCluster cluster) : IClassFixture<LedgerCluster>
{
    [Fact]
    public async Task A_rewrite_of_journal_ledger_and_wallet_is_found_only_by_the_last_checkpoint()
    {
        var (key, twin) = (await cluster.OpenWithChargesAsync(4), await cluster.OpenWithChargesAsync(4));
        Assert.NotNull(await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None));
        foreach (var one in new[] { key, twin })
        {
            // Rebuilding from a changed journal yields consistent tables.
            await cluster.DeactivateAsync(one);
            await cluster.TamperAsync(
                "journal",
                $"""
                UPDATE journal SET events =
                    replace(replace(events::text, '"amount":1,', '"amount":2,'), '"balanceAfter":99996', '"balanceAfter":99995')::json
                WHERE org_id = '{one.OrganisationId}' AND entity_id = '{one.Id}' AND version = 6
                """);
            await cluster.TamperAsync(
                "wallet_transaction", $"DELETE FROM wallet_transaction WHERE org_id = '{one.OrganisationId}' AND wallet_id = '{one.Id}'");
        }

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Null((await cluster.SelfCheck.CheckAsync(twin, CancellationToken.None)).Wallet.Fault);
        var fault = (await cluster.SelfCheck.CheckAsync(key, CancellationToken.None)).Wallet.Fault;
        Assert.Equal((FaultKind.Checkpoint, 5L), (fault!.Kind, fault.Sequence!.Value));
        Assert.Equal(WalletStatus.Frozen, await cluster.StatusAsync(key));
    }

    [Fact]
    public async Task It_finds_nothing_during_concurrent_commits_and_rebuilds()
    {
        var organisation = EntityCluster.NewId();
        EntityKey[] keys = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cluster.OpenAsync(1_000_000, organisation)))];
        await cluster.Checkpoints.TakeAsync(organisation, CancellationToken.None);
        using var done = new CancellationTokenSource();
        var load = Task.WhenAll(keys.SelectMany(key => Enumerable.Range(0, 8).Select(_ => LoadAsync(key))));
        var checks = Enumerable.Range(0, 3).Select(_ => CheckAsync()).ToArray();
        var rebuilds = RebuildAsync();
        await load;
        await done.CancelAsync();
        await rebuilds;
        var seen = await Task.WhenAll(checks);

        Assert.True(seen.Sum() >= 30, $"{seen.Sum()} checks");
        Assert.Empty(await cluster.Alerts.ListAsync(organisation, null, 10, CancellationToken.None));
        foreach (var key in keys)
        {
            Assert.Equal(WalletStatus.Active, await cluster.StatusAsync(key));
            Assert.Equal(401L, (await cluster.SelfCheck.CheckAsync(key, CancellationToken.None)).Wallet.Transactions);
        }

        async Task LoadAsync(EntityKey key)
        {
            for (var i = 0; i < 50; i++)
            {
                // A rebuild blocks commits, possibly for longer than the timeout of a command.
                var operation = OperationId.Fresh(TimeProvider.System);
                await Eventually.HoldsAsync(
                    async () => (await cluster.ChargeAsync(key, 1, operation)).IsSuccess, TimeSpan.FromSeconds(60), "the charge is made");
            }
        }

        async Task<int> CheckAsync()
        {
            var count = 0;
            while (!done.IsCancellationRequested)
            {
                var (wallet, alert) = await cluster.SelfCheck.CheckAsync(keys[count % keys.Length], CancellationToken.None);
                Assert.Null(wallet.Fault);
                Assert.Null(alert);
                count++;
            }

            return count;
        }

        async Task RebuildAsync()
        {
            for (var i = 0; i < 5 && !done.IsCancellationRequested; i++)
            {
                await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
            }
        }
    }
}
