using Platform.Metrics;
using Platform.Silo;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Entities;

/// <summary>Read models are derived: whatever happens to them, the journal gives them back.</summary>
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
    public async Task Damaged_and_missing_rows_are_written_anew_and_metrics_follow()
    {
        var key = await cluster.OpenAsync(100_000);
        var other = await cluster.OpenAsync(500);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.ChargeAsync(key, 7)));
        var before = await cluster.QueryAsync<string>(Everything);
        await cluster.ExecuteAsync(
            $"""
            UPDATE wallet SET paid = 1, version = 1000000 WHERE org_id = '{key.OrganisationId}';
            DELETE FROM wallet_transaction WHERE sequence % 3 = 0;
            DELETE FROM wallet WHERE org_id = '{other.OrganisationId}';
            INSERT INTO wallet SELECT gen_random_uuid(), wallet_id, owner_id, parent_id, currency, 1, 0, 0, 0, 0, 1, head, 0, NULL, 1 FROM wallet LIMIT 1;
            """);
        Assert.NotEqual(before, await cluster.QueryAsync<string>(Everything));

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(Everything));
        await Eventually.HoldsAsync(
            async () => await ChargesAsync(key) == 7.00m, TimeSpan.FromSeconds(30), "the metrics are folded anew, once");
        Assert.True((await cluster.ChargeAsync(key, 1)).IsSuccess);
        Assert.Equal(7.01m, await ChargesAsync(key));
    }

    [Fact]
    public async Task ASVS_16_4_2_the_audit_log_keeps_its_refusals_and_gets_back_what_it_lacks_once()
    {
        var key = new EntityKey(EntityCluster.NewId(), EntityCluster.NewId());
        var from = new Origin("203.0.113.7", "agent", "4bf92f3577b34da6a3ce929d0e0e4736");
        var context = EntityCluster.Context(key.OrganisationId) with { Origin = from };
        Assert.True((await cluster.Wallet(key).OpenAsync(new OpenWallet(context, key.OrganisationId, "USD"))).IsSuccess);
        await cluster.DepositAsync(key, 100);
        Assert.True((await cluster.Wallet(key).ChargeAsync(
            new Charge(EntityCluster.Context(key.OrganisationId) with { Origin = from }, new Money(1, EntityCluster.Usd), "report", null, null))).IsSuccess);
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

        // Money pays nothing for it, whatever its context says.
        Assert.Equal(
            "1", await cluster.QueryAsync<string>($"SELECT string_agg(version::text, ',') FROM journal WHERE org_id = '{key.OrganisationId}' AND origin IS NOT NULL"));

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(log));
        await cluster.ExecuteAsync(
            $"""
            ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only;
            DELETE FROM audit_log WHERE org_id = '{key.OrganisationId}' AND code IS NULL;
            ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
            """);
        Assert.NotEqual(before, await cluster.QueryAsync<string>(log));
        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(log));
    }

    private async Task<decimal?> ChargesAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var now = TimeProvider.System.GetUtcNow();
        var series = await cluster.Client.GetGrain<IOrganisationMetricsGrain>(EntityKey.Of(key.OrganisationId).ToString())
            .QueryAsync(new SeriesQuery(BuiltInMetrics.Charges, now.AddHours(-1), now.AddHours(1), Bucket.Hour, Aggregation.Sum, "UTC"));
        return series.Value!.Buckets.Sum(bucket => bucket.Value);
    }
}
