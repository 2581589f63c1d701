using Platform.Grains.Tests.Entities;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>Budgets over three silos: children spend at once, and their parent is asked once a slice.</summary>
public sealed class LeaseClusterTests(ThreeSilos cluster) : IClassFixture<ThreeSilos>
{
    [Fact]
    public async Task Children_that_charge_at_once_spend_what_the_parent_has_and_not_a_unit_more()
    {
        var parent = await cluster.OpenAsync(10_000);
        var children = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ChildAsync(parent, slice: 500)));
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => cluster.ChargeAsync(children[i % 4], 30)));
        Assert.All(results, result => Assert.True(result.IsSuccess || result.Error.Code == "insufficient-funds", result.Error?.Code));
        var spent = 30L * results.Count(result => result.IsSuccess);
        Assert.InRange(spent, 10_000 - (4 * 30) - 500, 10_000);
        foreach (var child in children)
        {
            Assert.True((await cluster.Wallet(child).GiveBackLeaseAsync(new GiveBackLease(EntityCluster.Context(child.OrganisationId)))).Error is null);
            await cluster.Wallet(parent).DrawLeaseAsync(new DrawLease(
                EntityCluster.Context(parent.OrganisationId), child.Id, Usd(0), Usd(0), await SpentAsync(child)));
        }

        var after = await cluster.GetAsync(parent);
        Assert.Equal(10_000 - spent, after.Balance.Minor);
        Assert.Equal(0, after.Leased.Minor);
        Assert.Equal(10_000 - spent, after.Available.Minor);
        Assert.True(await cluster.QueryAsync<long>(
            $"SELECT count(*) FROM wallet_transaction WHERE wallet_id = '{parent.Id}' AND type = 14") < 60, "the parent was asked for every charge");
        Assert.Equal(0L, await cluster.QueryAsync<long>(
            $"SELECT coalesce(sum(amount), 0)::bigint FROM ledger_entry WHERE org_id = '{parent.OrganisationId}' AND account = 10"));
    }

    [Fact]
    public async Task A_budget_stops_at_its_limit_although_the_parent_has_more()
    {
        var parent = await cluster.OpenAsync(10_000);
        var child = await ChildAsync(parent, slice: 100);
        Assert.True((await cluster.Wallet(child).SetLimitsAsync(new SetLimits(
            EntityCluster.Context(child.OrganisationId), null, null, Usd(250), null, null, null))).IsSuccess);
        Assert.True((await cluster.ChargeAsync(child, 200)).IsSuccess);
        Assert.Equal("limit-exceeded", (await cluster.ChargeAsync(child, 51)).Error?.Code);
        Assert.True((await cluster.ChargeAsync(child, 50)).IsSuccess);
        var after = await cluster.GetAsync(parent);
        Assert.Equal(10_000, after.Available.Minor + after.Leased.Minor + 250 - await UnsettledAsync(parent, 250));
    }

    [Fact]
    public async Task A_budget_that_is_spent_to_the_last_unit_and_ended_is_settled_although_the_parent_is_frozen()
    {
        var parent = await cluster.OpenAsync(1_000);
        var child = await ChildAsync(parent, slice: 100);
        Assert.True((await cluster.ChargeAsync(child, 100)).IsSuccess);
        Assert.Equal((1_000, 100), await MoneyAsync(parent));
        Assert.True((await cluster.Wallet(parent).FreezeAsync(new Freeze(EntityCluster.Context(parent.OrganisationId), "check"))).IsSuccess);
        Assert.Null((await cluster.Wallet(child).GiveBackLeaseAsync(new GiveBackLease(EntityCluster.Context(child.OrganisationId)))).Error);
        Assert.Equal((900, 0), await MoneyAsync(parent));
        Assert.Null((await cluster.Wallet(child).GiveBackLeaseAsync(new GiveBackLease(EntityCluster.Context(child.OrganisationId)))).Error);
        Assert.Equal((900, 0), await MoneyAsync(parent));
    }

    [Fact]
    public async Task What_a_child_has_spent_is_settled_also_where_its_parent_has_nothing_more_to_give()
    {
        var parent = await cluster.OpenAsync(100);
        var child = await ChildAsync(parent, slice: 100);
        Assert.True((await cluster.ChargeAsync(child, 100)).IsSuccess);
        Assert.Equal((100, 100), await MoneyAsync(parent));
        Assert.Equal("insufficient-funds", (await cluster.ChargeAsync(child, 30)).Error?.Code);
        Assert.Equal((0, 0), await MoneyAsync(parent));

        // It is known now: the parent is asked, and told nothing.
        var sequence = (await cluster.GetAsync(parent)).Sequence;
        Assert.Equal("insufficient-funds", (await cluster.ChargeAsync(child, 30)).Error?.Code);
        Assert.Equal(sequence, (await cluster.GetAsync(parent)).Sequence);
    }

    private async Task<(long Balance, long Leased)> MoneyAsync(EntityKey wallet)
    {
        var view = await cluster.GetAsync(wallet);
        return (view.Balance.Minor, view.Leased.Minor);
    }

    // Every spending that the parent knows of has left its balance.
    private async Task<long> UnsettledAsync(EntityKey parent, long spent) =>
        spent - (10_000 - (await cluster.GetAsync(parent)).Balance.Minor);

    private Task<long> SpentAsync(EntityKey child) => cluster.QueryAsync<long>(
        $"SELECT coalesce(sum(amount), 0)::bigint FROM ledger_entry WHERE org_id = '{child.OrganisationId}' AND wallet_id = '{child.Id}' AND account = 4");

    private async Task<EntityKey> ChildAsync(EntityKey parent, long slice)
    {
        var child = await cluster.OpenAsync(0, parent.OrganisationId);
        var set = await cluster.Wallet(child).SetBudgetAsync(new SetBudget(EntityCluster.Context(child.OrganisationId), parent.Id, Usd(slice)));
        Assert.True(set.IsSuccess, set.Error?.Code);
        return child;
    }

    private static Money Usd(long minor) => new(minor, EntityCluster.Usd);
}

/// <summary>Three silos and a client.</summary>
public sealed class ThreeSilos : EntityCluster
{
    protected override int SiloCount => 3;
}
