using System.Text.Json;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Storage.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Tests.Activities;

[Collection(StreamCollection.Name)]
public sealed class ActivityProcessTests(StreamDatabase database)
{
    private static readonly Currency Usd = Currency.Parse("USD");

    [Fact]
    public async Task An_activity_that_a_crash_left_behind_is_charged_once_and_completed()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        var wallet = StreamDatabase.Id();
        await FundAsync(cluster, organisation, wallet, 1000);

        var activity = await LeaveBehindAsync(organisation, wallet, cost: 300);

        await StreamDatabase.UntilAsync(async () =>
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM journal WHERE org_id = $1 AND entity_id = $2 AND events::jsonb @> '[{\"$type\":\"completed\"}]'", organisation, activity) == 1);
        var view = await cluster.Grain<IWalletGrain>(organisation, wallet).GetAsync();
        Assert.Equal(new Money(700, Usd), view.Value!.Balance);
    }

    [Fact]
    public async Task An_activity_left_behind_before_the_silo_came_up_is_finished_without_anyone_asking()
    {
        var organisation = StreamDatabase.Id();
        var wallet = StreamDatabase.Id();
        await using (var cluster = await StreamCluster.StartAsync(database))
        {
            await FundAsync(cluster, organisation, wallet, 1000);
        }

        var activity = await LeaveBehindAsync(organisation, wallet, cost: 5000);
        await using var again = await StreamCluster.StartAsync(database);

        await StreamDatabase.UntilAsync(async () =>
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM journal WHERE org_id = $1 AND entity_id = $2 AND events::jsonb @> '[{\"$type\":\"declined\"}]'", organisation, activity) == 1);
    }

    [Fact]
    public async Task The_token_waits_before_an_activity_that_is_under_way()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        var wallet = StreamDatabase.Id();
        await FundAsync(cluster, organisation, wallet, 1000);
        var requested = await LeaveBehindAsync(organisation, wallet, cost: 300);
        var store = new ConsumerStore(database.Database);
        var position = await database.ScalarAsync<long>("SELECT position FROM journal WHERE org_id = $1 AND entity_id = $2 AND version = 1", organisation, requested);

        // Whenever the token has passed the request, its end is in the journal.
        await StreamDatabase.UntilAsync(async () =>
        {
            var token = await store.LoadAsync(organisation, ActivityProcessGrain.ConsumerName, CancellationToken.None);
            var ended = await database.ScalarAsync<long>("SELECT count(*) FROM journal WHERE org_id = $1 AND entity_id = $2 AND version = 2", organisation, requested);
            Assert.True(token.Position < position || ended == 1, "The token passed an activity that has not ended.");
            return token.Position >= position;
        }, seconds: 30);
    }

    private static async Task FundAsync(StreamCluster cluster, Guid organisation, Guid wallet, long minor)
    {
        var grain = cluster.Grain<IWalletGrain>(organisation, wallet);
        Assert.True((await grain.OpenAsync(new OpenWallet(Context(organisation), organisation, Usd.Code))).IsSuccess);
        Assert.True((await grain.DepositAsync(new Deposit(Context(organisation), new Money(minor, Usd), "start", null))).IsSuccess);
    }

    // What a silo leaves that dies between the request and the charge.
    private async Task<Guid> LeaveBehindAsync(Guid organisation, Guid wallet, long cost)
    {
        var activity = StreamDatabase.Id();
        ActivityEvent[] events =
        [
            new ActivityRequested(
                "report-generation", 1, cost, cost, Usd.Code, organisation, wallet, organisation, StreamDatabase.Id(), null, null, TimeProvider.System.GetUtcNow()),
        ];
        await database.AppendAsync(organisation, "activity", JsonSerializer.Serialize(events, JournalJson.Options), activity);
        return activity;
    }

    private static CommandContext Context(Guid organisation) => new(organisation, organisation, OperationId.Fresh(TimeProvider.System));
}
