using Platform.Grains.Activities;
using Platform.Grains.Tests.Engine.Streams;
using Platform.Storage.Engine.Journal;

namespace Platform.Grains.Tests.Activities;

/// <summary>Activities whose silo died between the request and the charge: one that the wallet can pay, and one that it cannot.</summary>
public sealed class ActivityProcessTests(StreamDatabase database) : LeftBehindTests(database)
{
    private readonly Guid _paid = StreamDatabase.Id();
    private readonly Guid _tooExpensive = StreamDatabase.Id();
    private Guid _wallet;

    [Fact]
    public async Task The_token_does_not_pass_an_activity_in_progress()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        await BeginAsync(cluster);
        await RequestAsync(_paid, cost: 300);
        var store = new ConsumerStore(Database.Database);
        var position = await Database.ScalarAsync<long>(
            "SELECT position FROM journal WHERE org_id = $1 AND entity_id = $2 AND version = 1", Organisation, _paid);

        // If the token has passed the request, the end of the activity must be in the journal.
        await StreamDatabase.UntilAsync(async () =>
        {
            var token = await store.LoadAsync(Organisation, ActivityProcessGrain.ConsumerName, CancellationToken.None);
            var ended = await Database.ScalarAsync<long>(
                "SELECT count(*) FROM journal WHERE org_id = $1 AND entity_id = $2 AND version = 2", Organisation, _paid);
            Assert.True(token.Position < position || ended == 1, "The token passed an activity that has not ended.");
            return token.Position >= position;
        }, seconds: 30);
    }

    protected override async Task BeginAsync(StreamCluster cluster) => _wallet = await OpenAsync(cluster, 1000);

    protected override async Task LeaveBehindAsync()
    {
        await RequestAsync(_paid, cost: 300);
        await RequestAsync(_tooExpensive, cost: 5000);
    }

    protected override async Task CheckFinishedAsync(StreamCluster cluster, bool restarted)
    {
        await UntilAsync(_paid, "completed");
        await UntilAsync(_tooExpensive, "declined");
        Assert.Equal(new Money(700, Usd), (await GetAsync(cluster, _wallet)).Balance);
    }

    private Task RequestAsync(Guid activity, long cost) => AppendAsync<ActivityEvent>("activity", activity, 1, new ActivityRequested(
        "report-generation", 1, cost, cost, Usd.Code, Organisation, _wallet, Organisation, StreamDatabase.Id(), null, null,
        TimeProvider.System.GetUtcNow()));
}
