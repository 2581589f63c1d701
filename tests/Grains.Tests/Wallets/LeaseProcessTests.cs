using Platform.Grains.Tests.Engine.Streams;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>Leases whose silo died before the child received them, and spending that a child never reported.</summary>
public sealed class LeaseProcessTests(StreamDatabase database) : LeftBehindTests(database)
{
    private readonly Guid _lease = StreamDatabase.Id();
    private Guid _parent;
    private Guid _child;

    [Fact]
    public async Task Money_drawn_for_an_accepted_charge_stays()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        await BeginAsync(cluster);
        Assert.True((await ChargeAsync(cluster, 10)).IsSuccess);

        // A later transfer is finished, so the process has passed the earlier draw as well.
        var other = await OpenAsync(cluster, 0);
        var transfer = StreamDatabase.Id();
        await AppendAsync(other, 2, new TransferredOut
        {
            TransactionId = transfer, Sequence = 1, Amount = 1, Currency = Usd.Code, BalanceAfter = -1, ToWalletId = _parent,
            Reason = "share",
        });
        await UntilAsync(_parent, "transferred-in", new { relatedId = transfer });
        Assert.Equal(90, (await GetAsync(cluster, _child)).Available.Minor);
    }

    [Fact]
    public async Task Spending_of_a_sub_user_is_settled_even_if_the_process_died_before_reporting_it()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        await BeginAsync(cluster);
        Assert.True((await ChargeAsync(cluster, 10)).IsSuccess);
        Assert.Equal(990, (await GetAsync(cluster, _parent)).Balance.Minor);

        // The child has the versions opened, budget, leased and charged; then follows this charge, which was never reported.
        var at = TimeProvider.System.GetUtcNow().AddDays(-40);
        await AppendAsync(
            _child, 5,
            new Charged { TransactionId = StreamDatabase.Id(), Sequence = 3, Amount = 25, Currency = Usd.Code, BalanceAfter = 65,
            Reason = "report" }, at);
        await UntilAsync(_parent, "lease-settled", new { amount = 25 });
        Assert.Equal(965, (await GetAsync(cluster, _parent)).Balance.Minor);
        Assert.Equal(1L, await Database.ScalarAsync<long>(
            "SELECT count(*) FROM wallet_transaction " +
            "WHERE org_id = $1 AND wallet_id = $2 AND type = 17 AND amount = 25 AND related_id = $3 AND at BETWEEN $4 AND $5",
            Organisation, _parent, _child, at.AddMilliseconds(-1), at.AddMilliseconds(1)));
    }

    [Fact]
    public async Task A_parent_that_has_lost_its_memory_reads_the_spending_of_its_children_before_it_answers()
    {
        await using (var cluster = await StreamCluster.StartAsync(Database, streams: false))
        {
            await BeginAsync(cluster);
            Assert.True((await ChargeAsync(cluster, 10)).IsSuccess);
            Assert.Equal(990, (await GetAsync(cluster, _parent)).Balance.Minor);
            Assert.True((await ChargeAsync(cluster, 25)).IsSuccess);
        }

        await using var again = await StreamCluster.StartAsync(Database, streams: false);
        Assert.Equal(965, (await GetAsync(again, _parent)).Balance.Minor);
    }

    protected override async Task BeginAsync(StreamCluster cluster)
    {
        (_parent, _child) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0));
        Assert.True((await Wallet(cluster, _child).SetBudgetAsync(new SetBudget(Context(), _parent, new Money(100, Usd)))).IsSuccess);
    }

    // Version 3 of the parent follows opening and deposit.
    protected override Task LeaveBehindAsync() => AppendAsync(_parent, 3, new LeasedOut
    {
        TransactionId = _lease, Sequence = 2, Amount = 300, Currency = Usd.Code, BalanceAfter = 1000, AvailableAfter = 700,
        RelatedId = _child, ForOperation = StreamDatabase.Id(),
    });

    protected override async Task CheckFinishedAsync(StreamCluster cluster, bool restarted)
    {
        await UntilAsync(_child, "leased-in", new { relatedId = _lease });
        await UntilAsync(_child, "lease-given-back", new { relatedId = _parent });
        await UntilAsync(_parent, "lease-taken-back", new { childId = _child });
        var (parent, child) = (await GetAsync(cluster, _parent), await GetAsync(cluster, _child));
        Assert.Equal((1000, 1000, 0, 0), (parent.Balance.Minor, parent.Available.Minor, parent.Leased.Minor, child.Balance.Minor));
    }

    private Task<Result<WalletTransaction>> ChargeAsync(StreamCluster cluster, long minor) =>
        Wallet(cluster, _child).ChargeAsync(new Charge(Context(), new Money(minor, Usd), "report", null, null));

    private Task AppendAsync(Guid wallet, long version, WalletEvent @event, DateTimeOffset? at = null) =>
        AppendAsync("wallet", wallet, version, @event, at);
}
