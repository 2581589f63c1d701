using Platform.Metrics;
using Platform.Silo;
using Platform.Testing;

namespace Platform.Grains.Tests.Entities;

/// <summary>Read models are derived: whatever happens to them, the journal gives them back.</summary>
public sealed class RebuildTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
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
            UPDATE wallet SET balance = 1, version = 1000000 WHERE org_id = '{key.OrganisationId}';
            DELETE FROM wallet_transaction WHERE sequence % 3 = 0;
            DELETE FROM wallet WHERE org_id = '{other.OrganisationId}';
            INSERT INTO wallet VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'USD', 1, 1, 0, 1);
            """);
        Assert.NotEqual(before, await cluster.QueryAsync<string>(Everything));

        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await cluster.QueryAsync<string>(Everything));
        await Eventually.HoldsAsync(
            async () => await ChargesAsync(key) == 7.00m, TimeSpan.FromSeconds(30), "the metrics are folded anew, once");
        Assert.True((await cluster.ChargeAsync(key, 1)).IsSuccess);
        Assert.Equal(7.01m, await ChargesAsync(key));
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
