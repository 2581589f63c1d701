using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Tests.Metrics;

/// <summary>Two independent clusters on one database, so that every organisation has two activations.</summary>
public sealed class TwoActivationsTests(StreamDatabase database) : IClassFixture<StreamDatabase>
{
    [Fact]
    public async Task Two_activations_that_race_count_every_row_once()
    {
        await using var one = await StreamCluster.StartAsync(database);
        await using var two = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        decimal truth = 0;
        for (var i = 0; i < 150; i++)
        {
            await database.ChargeAsync(organisation, 100);
            truth += 1;
            one.Signal.Raise(JournalPartition.Of(organisation));
            two.Signal.Raise(JournalPartition.Of(organisation));
            if (i % 30 == 29)
            {
                var stored = await StoredAsync(organisation);
                Assert.Equal(truth, await OrganisationMetricsTests.SumAsync(one, organisation));
                Assert.Equal(truth, await OrganisationMetricsTests.SumAsync(two, organisation));
                await StreamDatabase.UntilAsync(async () => stored == truth || await StoredAsync(organisation) > stored);
            }
        }

        await StreamDatabase.UntilAsync(async () => await StoredAsync(organisation) == truth);
        Assert.Equal(truth, await OrganisationMetricsTests.SumAsync(one, organisation));
        Assert.Equal(truth, await OrganisationMetricsTests.SumAsync(two, organisation));
    }

    private Task<decimal> StoredAsync(Guid organisation) => database.ScalarAsync<decimal>(
        "SELECT coalesce(sum(sum), 0) FROM metric_rollup WHERE org_id = $1 AND metric = 'wallet.charges' AND resolution = 1", organisation);
}
