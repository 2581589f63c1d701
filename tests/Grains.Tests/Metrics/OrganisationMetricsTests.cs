using Platform.Grains.Engine.Journal;
using Platform.Grains.Wallets;
using Platform.Metrics;

namespace Platform.Grains.Tests.Metrics;

public sealed class OrganisationMetricsTests(StreamDatabase database) : IClassFixture<StreamDatabase>
{
    [Fact]
    public async Task A_query_right_after_a_commit_sees_it()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        for (var i = 1; i <= 20; i++)
        {
            await database.ChargeAsync(organisation, 125);
            Assert.Equal(1.25m * i, await SumAsync(cluster, organisation));
        }
    }

    [Fact]
    public async Task A_query_waits_for_a_row_that_an_older_transaction_still_hides()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        await using var older = await database.Database.Queries.OpenConnectionAsync();
        await using var transaction = await older.BeginTransactionAsync();
        await StreamDatabase.AppendAsync(older, StreamDatabase.Id(), "wallet", StreamDatabase.Charged(1));
        await database.ChargeAsync(organisation, 125);

        var began = await database.ScalarAsync<DateTime>("SELECT clock_timestamp()");
        var query = SumAsync(cluster, organisation);
        await StreamDatabase.UntilAsync(async () => await database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity " +
            "WHERE pid <> pg_backend_pid() AND query LIKE '%FROM journal WHERE org_id%' AND query_start > $1",
            began) > 0);
        Assert.False(query.IsCompleted);
        await transaction.CommitAsync();

        Assert.Equal(1.25m, await query);
    }

    [Fact]
    public async Task The_stream_alone_delivers_rows_to_the_rollups()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        for (var i = 0; i < 50; i++)
        {
            await database.ChargeAsync(organisation, 100);
        }

        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 50m);
        await database.ChargeAsync(organisation, 100);
        cluster.Signal.Raise(JournalPartition.Of(organisation));
        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 51m);
    }

    [Fact]
    public async Task Without_any_delivery_the_slow_timer_finds_the_rows()
    {
        await using var cluster = await StreamCluster.StartAsync(database, streams: false);
        var organisation = StreamDatabase.Id();
        await database.ChargeAsync(organisation, 100);
        Assert.Equal(1m, await SumAsync(cluster, organisation));
        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 1m);

        // The read on activation has finished, and there are no further queries.
        await database.ChargeAsync(organisation, 100);
        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 2m, seconds: 40);
    }

    [Fact]
    public async Task Killing_the_grain_between_apply_and_store_loses_nothing()
    {
        var organisation = StreamDatabase.Id();
        await using (var cluster = await StreamCluster.StartAsync(database))
        {
            await database.ChargeAsync(organisation, 100);
            await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 1m);
            cluster.Rollups.FailStores = true;
            await database.ChargeAsync(organisation, 200);
            Assert.Equal(3m, await SumAsync(cluster, organisation));
            await cluster.KillAsync();
        }

        Assert.Equal(1m, await StoredAsync(organisation));
        await using var again = await StreamCluster.StartAsync(database);
        Assert.Equal(3m, await SumAsync(again, organisation));
        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 3m);
    }

    [Fact]
    public async Task A_store_whose_answer_was_lost_is_not_counted_twice()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        cluster.Rollups.LoseNextAnswer();
        await database.ChargeAsync(organisation, 100);
        await SumAsync(cluster, organisation);
        await StreamDatabase.UntilAsync(() => Task.FromResult(cluster.Rollups.AnswerWasLost));

        Assert.Equal(1m, await SumAsync(cluster, organisation));
        await database.ChargeAsync(organisation, 100);
        Assert.Equal(2m, await SumAsync(cluster, organisation));
        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == 2m);
        Assert.Equal(2m, await SumAsync(cluster, organisation));
    }

    [Fact]
    public async Task A_poison_row_is_quarantined_and_the_next_one_counts()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        await database.AppendAsync(organisation, "wallet", """[{"$type":"charged","amount":"no number","currency":"USD"}]""", version: 7);
        await database.ChargeAsync(organisation, 100);

        Assert.Equal(1m, await SumAsync(cluster, organisation));
        await StreamDatabase.UntilAsync(async () =>
            await database.ScalarAsync<long>("SELECT count(*) FROM quarantine WHERE org_id = $1 AND version = 7", organisation) == 1);
        Assert.Equal(1m, await StoredAsync(organisation));
    }

    [Fact]
    public async Task Another_organisations_rows_are_never_counted()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var (mine, other) = (StreamDatabase.Id(), StreamDatabase.Id());
        await database.ChargeAsync(mine, 100);
        await database.ChargeAsync(other, 900);

        Assert.Equal(1m, await SumAsync(cluster, mine));
        Assert.Equal(9m, await SumAsync(cluster, other));
    }

    [Fact]
    public async Task Groups_and_filters_by_currency_and_refuses_to_add_currencies()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        await database.ChargeAsync(organisation, 100);
        await database.ChargeAsync(organisation, 100, currency: "JPY");

        var mixed = await QueryAsync(cluster, organisation, query => query);
        var filtered = await QueryAsync(
            cluster, organisation, query => query with { Filter = new Dictionary<string, string> { ["currency"] = "JPY" } });
        var grouped = await QueryAsync(cluster, organisation, query => query with { GroupBy = "currency" });

        Assert.Equal("mixed-currencies", mixed.Error?.Code);
        Assert.Equal(100m, filtered.Value!.Buckets.Sum(bucket => bucket.Value));
        Assert.Equal(
            [("JPY", 100m), ("USD", 1m)],
            grouped.Value!.Buckets.GroupBy(bucket => bucket.Group!).Select(group => (group.Key, group.Sum(bucket => bucket.Value!.Value))));
    }

    [Fact]
    public async Task The_list_contains_metrics_with_data()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        var at = new DateTimeOffset(2026, 3, 1, 10, 7, 30, TimeSpan.Zero);
        await database.ChargeAsync(organisation, 100, at);

        var list = await cluster.Grain<IOrganisationMetricsGrain>(organisation).ListAsync();

        Assert.Equal(
            [WalletMetrics.Revenue.Name, WalletMetrics.Balances.Name, WalletMetrics.Charges.Name], list.Value!.Select(info => info.Metric));
        Assert.All(list.Value!, info => Assert.Equal(at.AddSeconds(-30), info.First));
    }

    internal static async Task<decimal> SumAsync(StreamCluster cluster, Guid organisation) =>
        (await QueryAsync(cluster, organisation, query => query)).Value!.Buckets.Sum(bucket => bucket.Value!.Value);

    internal static Task<Result<MetricSeries>> QueryAsync(StreamCluster cluster, Guid organisation, Func<SeriesQuery, SeriesQuery> change)
    {
        var now = TimeProvider.System.GetUtcNow();
        return cluster.Grain<IOrganisationMetricsGrain>(organisation).QueryAsync(change(new SeriesQuery(
            WalletMetrics.Charges.Name, now.AddHours(-1), now.AddHours(1), Bucket.Minute, Aggregation.Sum, "UTC")));
    }

    private Task<decimal> StoredAsync(Guid organisation) => database.ScalarAsync<decimal>(
        "SELECT coalesce(sum(sum), 0) FROM metric_rollup WHERE org_id = $1 AND metric = 'wallet.charges' AND resolution = 0", organisation);
}
