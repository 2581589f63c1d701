using Npgsql;
using Platform.Grains.Wallets;
using Platform.Metrics;
using Platform.Silo.Hosting;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>Read models are derived: a rebuild restores them from the journal.</summary>
public sealed class RebuildTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    private const string JsonNone = "{}";
    private const string Everything =
        """
        SELECT md5(string_agg(row, '|' ORDER BY row)) FROM (
            SELECT 'w' || w::text AS row FROM wallet w UNION ALL SELECT 't' || t::text FROM wallet_transaction t
            UNION ALL SELECT 'o' || o::text FROM organisation o UNION ALL SELECT 'u' || u::text FROM user_account u) rows
        """;

    [Fact]
    public async Task Damaged_and_missing_rows_are_restored_and_metrics_follow()
    {
        var key = await cluster.OpenAsync(100_000);
        var other = await cluster.OpenAsync(500);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.ChargeAsync(key, 7)));
        var before = await cluster.QueryAsync<string>(Everything);
        await cluster.ExecuteAsync(
            $"""
            UPDATE wallet SET paid = 1, version = 1000000 WHERE org_id = '{key.OrganisationId}';
            DELETE FROM wallet WHERE org_id = '{other.OrganisationId}';
            INSERT INTO wallet (
                org_id, wallet_id, owner_id, currency, paid, promotional, held, leased, credit_limit, sequence, head, status, version)
            VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'USD', 1, 0, 0, 0, 0, 1, '', 0, 1);
            """);
        await Tampering.ExecuteAsync(
            cluster.ConnectionString, "wallet_transaction", "DELETE FROM wallet_transaction WHERE sequence % 3 = 0");
        Assert.NotEqual(before, await cluster.QueryAsync<string>(Everything));

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(Everything));
        await Eventually.HoldsAsync(
            async () => await ChargesAsync(key) == 7.00m, TimeSpan.FromSeconds(30), "the metrics are recalculated once");
        Assert.True((await cluster.ChargeAsync(key, 1)).IsSuccess);
        Assert.Equal(7.01m, await ChargesAsync(key));
    }

    [Fact]
    public async Task ASVS_16_4_2_the_audit_log_keeps_its_refusals_and_missing_rows_are_restored_once()
    {
        var key = new EntityKey(EntityCluster.NewId(), EntityCluster.NewId());
        var from = new Origin("203.0.113.7", "agent", "4bf92f3577b34da6a3ce929d0e0e4736");
        var context = EntityCluster.Context(key.OrganisationId) with { Origin = from };
        Assert.True((await cluster.Wallet(key).OpenAsync(new OpenWallet(context, key.OrganisationId, "USD"))).IsSuccess);
        await cluster.DepositAsync(key, 100);
        var charge = new Charge(
            EntityCluster.Context(key.OrganisationId) with { Origin = from }, new Money(1, EntityCluster.Usd), "report", null, null);
        Assert.True((await cluster.Wallet(key).ChargeAsync(charge)).IsSuccess);
        await cluster.ExecuteAsync(
            $"""
            INSERT INTO audit_log (org_id, at, id, actor_kind, action, code, details)
            VALUES ('{key.OrganisationId}', now(), gen_random_uuid(), 3, 'user.sign-in', 'invalid-credentials', '{JsonNone}')
            """);
        var log = $"SELECT string_agg(a::text, '|' ORDER BY id) FROM audit_log a WHERE org_id = '{key.OrganisationId}'";
        var before = await cluster.QueryAsync<string>(log);
        Assert.Contains("wallet.opened", before, StringComparison.Ordinal);
        Assert.Contains("203.0.113.7", before, StringComparison.Ordinal);
        Assert.Equal(2L, await cluster.QueryAsync<long>($"SELECT count(*) FROM audit_log WHERE org_id = '{key.OrganisationId}'"));

        // Movements of money do not store the origin, even if the context has one.
        Assert.Equal(
            "1",
            await cluster.QueryAsync<string>(
                $"""
                SELECT string_agg(version::text, ',') FROM journal
                WHERE org_id = '{key.OrganisationId}' AND origin IS NOT NULL
                """));

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(log));
        await Tampering.ExecuteAsync(
            cluster.ConnectionString, "audit_log", $"DELETE FROM audit_log WHERE org_id = '{key.OrganisationId}' AND code IS NULL");
        Assert.NotEqual(before, await cluster.QueryAsync<string>(log));
        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(log));
    }

    [Fact]
    public async Task Existing_movements_are_not_changed_whatever_the_journal_says()
    {
        var key = await cluster.OpenAsync(1_000);
        await cluster.ChargeAsync(key, 7);
        var rows =
            $"""
            SELECT string_agg(t.ctid || ' ' || t.xmin || ' ' || t::text, '|' ORDER BY sequence)
            FROM wallet_transaction t WHERE org_id = '{key.OrganisationId}'
            """;
        await Tampering.ExecuteAsync(
            cluster.ConnectionString,
            "wallet_transaction",
            $"UPDATE wallet_transaction SET amount = 8 WHERE org_id = '{key.OrganisationId}' AND sequence = 2");
        var before = await cluster.QueryAsync<string>(rows);

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(rows));
        await Tampering.ExecuteAsync(
            cluster.ConnectionString,
            "wallet_transaction",
            $"DELETE FROM wallet_transaction WHERE org_id = '{key.OrganisationId}' AND sequence = 2");
        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal("1:1000 2:7", await cluster.QueryAsync<string>(
            $"""
            SELECT string_agg(sequence || ':' || amount, ' ' ORDER BY sequence)
            FROM wallet_transaction WHERE org_id = '{key.OrganisationId}'
            """));
    }

    [Fact]
    public async Task A_rebuild_requested_by_a_migration_is_done_once_by_one_of_several_starts()
    {
        var key = await cluster.OpenAsync(1_000);
        await cluster.ExecuteAsync(
            $"UPDATE wallet SET paid = 1, version = 1000000 WHERE org_id = '{key.OrganisationId}'; DELETE FROM rebuild_due");
        Assert.Null(await RebuildHosting.RebuildIfDueAsync(cluster.ConnectionString, CancellationToken.None));
        await cluster.ExecuteAsync("INSERT INTO rebuild_due (reason) VALUES ('one'), ('another')");

        var folded = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => RebuildHosting.RebuildIfDueAsync(cluster.ConnectionString, CancellationToken.None)));

        Assert.True(Assert.Single(folded, rows => rows is not null) > 0);
        Assert.Equal(1_000L, await cluster.QueryAsync<long>($"SELECT paid FROM wallet WHERE org_id = '{key.OrganisationId}'"));
        Assert.Equal(0L, await cluster.QueryAsync<long>("SELECT count(*) FROM rebuild_due"));
        Assert.Null(await RebuildHosting.RebuildIfDueAsync(cluster.ConnectionString, CancellationToken.None));
    }

    [Fact]
    public async Task A_rebuild_that_fails_is_still_due()
    {
        await cluster.ExecuteAsync("INSERT INTO rebuild_due (reason) VALUES ('halfway') ON CONFLICT DO NOTHING");
        await using (var stranger = new NpgsqlConnection(cluster.ConnectionString))
        {
            await stranger.OpenAsync();
            await using var transaction = await stranger.BeginTransactionAsync();
            await using var block = new NpgsqlCommand("LOCK TABLE wallet IN ROW SHARE MODE", stranger, transaction);
            await block.ExecuteNonQueryAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => RebuildHosting.RebuildIfDueAsync(cluster.ConnectionString, limit.Token));
        }

        Assert.Equal(1L, await cluster.QueryAsync<long>("SELECT count(*) FROM rebuild_due WHERE reason = 'halfway'"));
        Assert.NotNull(await RebuildHosting.RebuildIfDueAsync(cluster.ConnectionString, CancellationToken.None));
    }

    private async Task<decimal?> ChargesAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var now = TimeProvider.System.GetUtcNow();
        var query = new SeriesQuery(
            WalletMetrics.Charges.Name, now.AddHours(-1), now.AddHours(1), Bucket.Hour, Aggregation.Sum, "UTC");
        var series = await cluster.Client
            .GetGrain<IOrganisationMetricsGrain>(EntityKey.Of(key.OrganisationId).ToString()).QueryAsync(query);
        return series.Value!.Buckets.Sum(bucket => bucket.Value);
    }
}
