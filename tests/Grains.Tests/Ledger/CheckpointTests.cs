using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Ledger;
using Platform.Storage.Ledger;
using Platform.Testing;

namespace Platform.Grains.Tests.Ledger;

/// <summary>Checkpoints: their coverage, the chain between them, and that several silos take only one per day.</summary>
public sealed class CheckpointTests(LedgerCluster cluster) : IClassFixture<LedgerCluster>
{
    [Fact]
    public async Task Every_wallet_is_in_the_checkpoint_with_a_valid_proof()
    {
        var organisation = EntityCluster.NewId();
        var keys = await Task.WhenAll(Enumerable.Range(1, 5).Select(number => cluster.OpenWithChargesAsync(number, organisation)));
        var row = (await cluster.Checkpoints.TakeAsync(organisation, CancellationToken.None))!;
        var signed = SignedCheckpoint.Of(row.Document, CheckpointLeaf.Unpack(row.Leaves));
        Assert.Equal(
            (1L, 5L, 20L, organisation),
            (signed.Checkpoint.Number, signed.Checkpoint.TreeSize, signed.Checkpoint.Transactions, signed.Checkpoint.OrganisationId));
        Assert.True(signed.Checkpoint.Covers(signed.Leaves!));
        Assert.Equal(keys.Select(key => key.Id).Order(), signed.Leaves!.Select(leaf => leaf.WalletId).Order());
        Assert.Contains(
            await cluster.Silos[0].Services.GetRequiredService<LedgerKeys>().PublicAsync(CancellationToken.None), key =>
                key.Verifies(row.Document));

        var hashes = CheckpointLeaf.HashAll(signed.Leaves!);
        for (var i = 0; i < hashes.Length; i++)
        {
            Assert.True(MerkleTree.RootFrom(hashes[i], i, hashes.Length, MerkleTree.Path(hashes, i)) == signed.Checkpoint.Root);
            var now = await cluster.Table.LeafAsync(organisation, signed.Leaves![i].WalletId, CancellationToken.None);
            Assert.Equal(signed.Leaves[i], now);
        }
    }

    [Fact]
    public async Task An_unchanged_ledger_gets_no_second_checkpoint_and_the_next_one_contains_the_digest_of_the_first()
    {
        var key = await cluster.OpenWithChargesAsync(2);
        var first = (await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None))!;
        Assert.Equal(first.Id, (await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None))!.Id);
        await cluster.ChargeAsync(key, 1);
        var second = (await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None))!;
        Assert.Equal(2, second.Number);
        Assert.Equal(Checkpoint.DigestOf(first.Document), CheckpointKey.Open(second.Document).Checkpoint.Previous);
        Assert.Null(await cluster.Checkpoints.TakeAsync(EntityCluster.NewId(), CancellationToken.None));
    }

    [Fact]
    public async Task Concurrent_silos_take_one_checkpoint_a_day_and_sign_with_one_key()
    {
        var key = await cluster.OpenWithChargesAsync(2);
        var day = new DateOnly(2026, 1, 1);
        var taken = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => cluster.Checkpoints.CloseAsync(key.OrganisationId, day, CancellationToken.None)));
        Assert.Single(taken, row => row is not null);
        Assert.Single(await cluster.Table.ListAsync(key.OrganisationId, null, 10, CancellationToken.None));
        Assert.DoesNotContain(key.OrganisationId, await cluster.Checkpoints.DueAsync(day, CancellationToken.None));
        Assert.Equal(1L, await cluster.QueryAsync<long>("SELECT count(*) FROM ledger_key"));
        Assert.Equal(1L, await cluster.QueryAsync<long>("SELECT count(*) FROM secret WHERE purpose = 'ledger-signing-key'"));
    }

    [Fact]
    public async Task A_silo_that_starts_closes_yesterday()
    {
        var key = await cluster.OpenWithChargesAsync(1);
        var yesterday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);
        Assert.Contains(key.OrganisationId, await cluster.Checkpoints.DueAsync(yesterday, CancellationToken.None));
        await cluster.StartSiloAsync();
        await Eventually.HoldsAsync(
            async () =>
                (await cluster.Table.LastAsync(key.OrganisationId, CancellationToken.None)) is { OnDemand: false } row &&
                row.Day == yesterday,
            TimeSpan.FromSeconds(30), "yesterday has its checkpoint");
    }

    [Fact]
    public async Task A_ledger_that_is_behind_its_checkpoint_raises_alerts_at_the_next_one()
    {
        var key = await cluster.OpenWithChargesAsync(6);
        var gone = await cluster.OpenWithChargesAsync(1, key.OrganisationId);
        await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None);
        await cluster.TamperAsync(
            "wallet",
            $"""
            UPDATE wallet w SET sequence = t.sequence, paid = t.balance_after, head = t.hash
            FROM (SELECT * FROM wallet_transaction WHERE wallet_id = '{key.Id}' AND sequence = 4) t
            WHERE w.org_id = t.org_id AND w.wallet_id = t.wallet_id;
            DELETE FROM wallet WHERE wallet_id = '{gone.Id}'
            """);
        await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None);
        var alerts = await cluster.Alerts.ListAsync(key.OrganisationId, null, 10, CancellationToken.None);
        Assert.Equal(2, alerts.Count);
        Assert.Contains(
            alerts, alert => alert.Fault is { Kind: FaultKind.Checkpoint, Sequence: 5 } && alert.Fault.WalletId == key.Id && alert.Frozen);
        Assert.Contains(alerts, alert => alert.Fault.WalletId == gone.Id && alert.Frozen);
    }

    [Fact]
    public async Task A_checkpoint_cannot_be_changed()
    {
        var key = await cluster.OpenWithChargesAsync(1);
        await cluster.Checkpoints.TakeAsync(key.OrganisationId, CancellationToken.None);
        foreach (var sql in new[]
        {
            "UPDATE ledger_checkpoint SET tree_size = 0", "DELETE FROM ledger_checkpoint", "TRUNCATE ledger_checkpoint",
            "DELETE FROM ledger_key",
            "DELETE FROM ledger_alert", "TRUNCATE ledger_alert",
        })
        {
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => cluster.ExecuteAsync(sql));
            Assert.Contains("append only", refused.Message, StringComparison.Ordinal);
        }
    }
}
