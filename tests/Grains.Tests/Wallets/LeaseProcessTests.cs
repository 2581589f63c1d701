using System.Text.Json;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>What a process that dies between two steps of a lease leaves behind, and that it is finished without anyone asking.</summary>
[Collection(StreamCollection.Name)]
public sealed class LeaseProcessTests(StreamDatabase database)
{
    private static readonly Currency Usd = Currency.Parse("USD");

    private readonly Guid _organisation = StreamDatabase.Id();
    private readonly Guid _parent = StreamDatabase.Id();
    private readonly Guid _child = StreamDatabase.Id();

    [Fact]
    public async Task What_was_drawn_for_a_charge_that_nobody_decided_goes_back()
    {
        await using (var cluster = await StreamCluster.StartAsync(database))
        {
            await BeginAsync(cluster);
        }

        // The parent's row, as a silo writes it that then dies: version 3, after opening and deposit.
        var lease = StreamDatabase.Id();
        await AppendAsync(_parent, 3, new LeasedOut
        {
            TransactionId = lease, Sequence = 2, Amount = 300, Currency = Usd.Code, BalanceAfter = 1000, AvailableAfter = 700, RelatedId = _child, ForOperation = StreamDatabase.Id(),
        });
        await using var again = await StreamCluster.StartAsync(database);
        await UntilAsync(_child, "leased-in", $"\"relatedId\":\"{lease}\"");
        await UntilAsync(_child, "lease-given-back", $"\"relatedId\":\"{_parent}\"");
        await UntilAsync(_parent, "lease-taken-back", $"\"childId\":\"{_child}\"");
        var (parent, child) = (await GetAsync(again, _parent), await GetAsync(again, _child));
        Assert.Equal((1000, 1000, 0, 0), (parent.Balance.Minor, parent.Available.Minor, parent.Leased.Minor, child.Balance.Minor));
    }

    [Fact]
    public async Task What_was_drawn_for_a_charge_that_was_accepted_stays()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        await BeginAsync(cluster);
        Assert.True((await ChargeAsync(cluster, 10)).IsSuccess);

        // What began later has been finished: the draw before it would have been looked at too.
        var other = StreamDatabase.Id();
        await OpenAsync(cluster, other, 0);
        var transfer = StreamDatabase.Id();
        await AppendAsync(other, 2, new TransferredOut
        {
            TransactionId = transfer, Sequence = 1, Amount = 1, Currency = Usd.Code, BalanceAfter = -1, ToWalletId = _parent, Reason = "share",
        });
        await UntilAsync(_parent, "transferred-in", $"\"relatedId\":\"{transfer}\"");
        Assert.Equal(90, (await GetAsync(cluster, _child)).Available.Minor);
    }

    [Fact]
    public async Task What_a_sub_user_spent_is_settled_although_the_process_died_before_it_told_its_parent()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        await BeginAsync(cluster);
        Assert.True((await ChargeAsync(cluster, 10)).IsSuccess);
        Assert.Equal(990, (await GetAsync(cluster, _parent)).Balance.Minor);

        // The child: opened, budget, leased, charged; then this charge, of which nobody was told.
        var at = TimeProvider.System.GetUtcNow().AddDays(-40);
        await AppendAsync(_child, 5, new Charged { TransactionId = StreamDatabase.Id(), Sequence = 3, Amount = 25, Currency = Usd.Code, BalanceAfter = 65, Reason = "report" }, at);
        await UntilAsync(_parent, "lease-settled", "\"amount\":25,");
        Assert.Equal(965, (await GetAsync(cluster, _parent)).Balance.Minor);
        Assert.Equal(1L, await database.ScalarAsync<long>(
            "SELECT count(*) FROM wallet_transaction WHERE org_id = $1 AND wallet_id = $2 AND type = 17 AND amount = 25 AND related_id = $3 AND at BETWEEN $4 AND $5",
            _organisation, _parent, _child, at.AddMilliseconds(-1), at.AddMilliseconds(1)));
    }

    [Fact]
    public async Task A_parent_that_has_lost_its_memory_reads_what_its_children_spent_before_it_answers()
    {
        await using (var cluster = await StreamCluster.StartAsync(database, streams: false))
        {
            await BeginAsync(cluster);
            Assert.True((await ChargeAsync(cluster, 10)).IsSuccess);
            Assert.Equal(990, (await GetAsync(cluster, _parent)).Balance.Minor);
            Assert.True((await ChargeAsync(cluster, 25)).IsSuccess);
        }

        await using var again = await StreamCluster.StartAsync(database, streams: false);
        Assert.Equal(965, (await GetAsync(again, _parent)).Balance.Minor);
    }

    private static async Task<WalletView> GetAsync(StreamCluster cluster, Guid organisation, Guid wallet) =>
        (await cluster.Grain<IWalletGrain>(organisation, wallet).GetAsync()).Value!;

    private Task<WalletView> GetAsync(StreamCluster cluster, Guid wallet) => GetAsync(cluster, _organisation, wallet);

    private Task<Result<WalletTransaction>> ChargeAsync(StreamCluster cluster, long minor) =>
        cluster.Grain<IWalletGrain>(_organisation, _child).ChargeAsync(new Charge(Context(), new Money(minor, Usd), "report", null, null));

    private async Task BeginAsync(StreamCluster cluster)
    {
        await OpenAsync(cluster, _parent, 1000);
        await OpenAsync(cluster, _child, 0);
        Assert.True((await cluster.Grain<IWalletGrain>(_organisation, _child).SetBudgetAsync(new SetBudget(Context(), _parent, new Money(100, Usd)))).IsSuccess);
    }

    private async Task OpenAsync(StreamCluster cluster, Guid id, long minor)
    {
        var grain = cluster.Grain<IWalletGrain>(_organisation, id);
        Assert.True((await grain.OpenAsync(new OpenWallet(Context(), _organisation, Usd.Code))).IsSuccess);
        if (minor > 0)
        {
            Assert.True((await grain.DepositAsync(new Deposit(Context(), new Money(minor, Usd), "start", null))).IsSuccess);
        }
    }

    private async Task AppendAsync(Guid wallet, long version, WalletEvent @event, DateTimeOffset? at = null) =>
        await database.AppendAsync(_organisation, "wallet", JsonSerializer.Serialize<WalletEvent[]>([@event], JournalJson.Options), wallet, version: version, at: at);

    private Task UntilAsync(Guid wallet, string type, string content) => StreamDatabase.UntilAsync(
        async () => await database.ScalarAsync<long>(
            "SELECT count(*) FROM journal WHERE org_id = $1 AND entity_id = $2 AND strpos(events::text, $3) > 0 AND strpos(events::text, $4) > 0",
            _organisation, wallet, $"\"$type\":\"{type}\"", content) > 0,
        seconds: 60);

    private CommandContext Context() => new(_organisation, _organisation, OperationId.Fresh(TimeProvider.System));
}
