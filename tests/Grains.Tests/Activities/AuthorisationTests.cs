using System.Text.Json;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Silo.Hosting;
using Platform.Wallets;

namespace Platform.Grains.Tests.Activities;

/// <summary>Activities whose cost is held first, on real silos.</summary>
public sealed class AuthorisationTests(StreamDatabase database) : IClassFixture<StreamDatabase>
{
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly ActivityPrice Price = new(1, new UnitPrice(100, Usd));

    private readonly Guid _organisation = StreamDatabase.Id();
    private readonly Guid _wallet = StreamDatabase.Id();

    [Fact]
    public async Task Complete_cancel_and_expiry_raced_fifty_times_exactly_one_wins()
    {
        await using var cluster = await FundedAsync();
        var ends = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            var activity = Activity(cluster, StreamDatabase.Id());
            var authorised = (await activity.AuthoriseAsync(Perform(quantity: 1, seconds: 1))).Value!;
            var left = authorised.ExpiresAt!.Value - TimeProvider.System.GetUtcNow() - TimeSpan.FromMilliseconds(i % 5 * 50);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero); // Close to the expiry.
            var answers = await Task.WhenAll(
                activity.CompleteAsync(new CompleteActivity(Context())), activity.CancelAsync(new CancelActivity(Context())),
                activity.ResumeAsync());
            Assert.InRange(answers[..2].Count(answer => answer.IsSuccess), 0, 1);
            await StreamDatabase.UntilAsync(async () => (await activity.ResumeAsync()).Value?.Status is not ActivityStatus.Authorised);
            return (Answers: answers, End: (await activity.GetAsync()).Value!);
        }));

        Assert.All(
            ends, end =>
                Assert.True(
                    end.End.Status is ActivityStatus.Completed or ActivityStatus.Cancelled or ActivityStatus.Expired, $"{end.End.Status}"));
        Assert.All(ends, end => Assert.Equal(end.Answers[0].IsSuccess, end.End.Status == ActivityStatus.Completed));
        Assert.All(ends, end => Assert.Equal(end.Answers[1].IsSuccess, end.End.Status == ActivityStatus.Cancelled));
        var completed = ends.Count(end => end.End.Status == ActivityStatus.Completed);
        var wallet = (await cluster.Grain<IWalletGrain>(_organisation, _wallet).GetAsync()).Value!;
        Assert.Equal((new Money(100_000 - (100 * completed), Usd), Money.Zero(Usd)), (wallet.Balance, wallet.Held));
        Assert.Equal(completed, await UsedAsync(cluster));
    }

    [Fact]
    public async Task Fifty_identical_authorisations_and_completions_are_one_hold_and_one_capture()
    {
        await using var cluster = await FundedAsync();
        var (activity, perform, complete) =
            (Activity(cluster, StreamDatabase.Id()), Perform(quantity: 3, seconds: 600), new CompleteActivity(Context(), 2));
        var authorised = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => activity.AuthoriseAsync(perform)));
        Assert.Single(authorised.Select(answer => JsonSerializer.Serialize(answer.Value, JournalJson.Options)).Distinct());
        var completed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => activity.CompleteAsync(complete)));
        Assert.Single(completed.Select(answer => JsonSerializer.Serialize(answer.Value, JournalJson.Options)).Distinct());
        Assert.Equal((new Money(200, Usd), ActivityStatus.Completed), (completed[0].Value!.Cost, completed[0].Value!.Status));
        Assert.Equal(1, await MovesAsync(TransactionType.Hold));
        Assert.Equal(1, await MovesAsync(TransactionType.Capture));
        Assert.Equal(2, (await TakeOneAsync(cluster)).UsedBefore?.Whole);
    }

    [Fact]
    public async Task An_activity_being_completed_when_its_silo_died_is_captured_once_by_the_next()
    {
        Guid activity;
        await using (var cluster = await FundedAsync())
        {
            activity = StreamDatabase.Id();
            var authorised = (await Activity(cluster, activity).AuthoriseAsync(Perform(quantity: 3, seconds: 600))).Value!;
            Assert.Equal(ActivityStatus.Authorised, authorised.Status);
            await cluster.KillAsync();
        }

        // The state left by a silo that dies between the decision and the capture.
        ActivityEvent[] closing = [new ActivityClosing(Closing.Complete, 2, 200, TimeProvider.System.GetUtcNow())];
        await database.AppendAsync(_organisation, "activity", JsonSerializer.Serialize(closing, JournalJson.Options), activity, version: 3);
        await using var again = await StreamCluster.StartAsync(database);
        await StreamDatabase.UntilAsync(
            async () =>
                (await Activity(again, activity).GetAsync()).Value is { Status: ActivityStatus.Completed, Cost.Minor: 200 }, seconds: 40);
        Assert.Equal(1, await MovesAsync(TransactionType.Capture));
        Assert.Equal(new Money(99_800, Usd), (await again.Grain<IWalletGrain>(_organisation, _wallet).GetAsync()).Value!.Available);
    }

    [Fact]
    public async Task A_frozen_wallet_pays_nothing_and_keeps_no_hold()
    {
        await using var cluster = await FundedAsync();
        var activity = Activity(cluster, StreamDatabase.Id());
        await activity.AuthoriseAsync(Perform(quantity: 3, seconds: 600));
        Assert.True(
            (await cluster.Grain<IWalletGrain>(_organisation, _wallet).FreezeAsync(new Freeze(Context(), "under review"))).IsSuccess);
        Assert.Equal("wallet-frozen", (await activity.CompleteAsync(new CompleteActivity(Context()))).Error?.Code);
        Assert.Equal(ActivityStatus.Declined, (await activity.GetAsync()).Value!.Status);
        Assert.Equal(Money.Zero(Usd), (await cluster.Grain<IWalletGrain>(_organisation, _wallet).GetAsync()).Value!.Held);
    }

    [Fact]
    public async Task Rows_of_activities_are_rebuilt_from_the_journal()
    {
        const string Everything = "SELECT md5(string_agg(a::text, '|' ORDER BY a::text)) FROM activity a WHERE org_id = $1";
        await using var cluster = await FundedAsync();
        var (one, two) = (Activity(cluster, StreamDatabase.Id()), Activity(cluster, StreamDatabase.Id()));
        await one.AuthoriseAsync(Perform(quantity: 3, seconds: 600));
        await one.CompleteAsync(new CompleteActivity(Context(), 1));
        await two.AuthoriseAsync(Perform(quantity: 2, seconds: 600));
        await Activity(cluster, StreamDatabase.Id()).PerformAsync(Perform(quantity: 2, seconds: null));
        var before = await database.ScalarAsync<string>(Everything, _organisation);
        await database.ScalarAsync<long>(
            "WITH damaged AS (UPDATE activity SET cost = 1, quantity = 9, due_at = NULL WHERE org_id = $1 RETURNING 1) " +
            "SELECT count(*) FROM damaged",
            _organisation);
        Assert.NotEqual(before, await database.ScalarAsync<string>(Everything, _organisation));
        await RebuildHosting.RebuildReadModelsAsync(database.OwnerConnectionString, CancellationToken.None);
        Assert.Equal(before, await database.ScalarAsync<string>(Everything, _organisation));
    }

    private IActivityGrain Activity(StreamCluster cluster, Guid id) => cluster.Grain<IActivityGrain>(_organisation, id);

    private async Task<ActivityView> TakeOneAsync(StreamCluster cluster) =>
        (await Activity(cluster, StreamDatabase.Id()).PerformAsync(Perform(quantity: 1, seconds: null))).Value!;

    private PerformActivity Perform(int quantity, int? seconds) =>
        new(Context(), "report-generation", quantity, Price.UnitPrice, _organisation, _wallet, null, null, Price, "UTC", seconds);

    // Giving back more than was used changes nothing, and the reply contains the usage.
    private async Task<long?> UsedAsync(StreamCluster cluster) => (await cluster.Grain<IActivityMeterGrain>(
        _organisation, IActivityMeterGrain.KeyOf(_organisation, _organisation).Id).GiveBackAsync(new GiveBackUsage(
            Context(), "report-generation",
            TimeProvider.System.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture),
            1_000_000))).Value?.Before.Whole;

    private Task<long> MovesAsync(TransactionType type) =>
        database.ScalarAsync<long>(
            "SELECT count(*) FROM wallet_transaction WHERE org_id = $1 AND wallet_id = $2 AND type = $3", _organisation, _wallet,
            (short)type);

    private CommandContext Context() => new(_organisation, _organisation, OperationId.Fresh(TimeProvider.System));

    private async Task<StreamCluster> FundedAsync()
    {
        var cluster = await StreamCluster.StartAsync(database);
        var wallet = cluster.Grain<IWalletGrain>(_organisation, _wallet);
        Assert.True((await wallet.OpenAsync(new OpenWallet(Context(), _organisation, Usd.Code))).IsSuccess);
        Assert.True((await wallet.DepositAsync(new Deposit(Context(), new Money(100_000, Usd), "start", null))).IsSuccess);
        return cluster;
    }
}
