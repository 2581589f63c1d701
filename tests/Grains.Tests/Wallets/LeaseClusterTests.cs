using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>Budgets over three silos: children spend concurrently, and the parent is called once per slice.</summary>
public sealed class LeaseClusterTests(ThreeSilos cluster) : IClassFixture<ThreeSilos>
{
    [Fact]
    public async Task Children_that_charge_concurrently_spend_at_most_what_the_parent_has()
    {
        var parent = await cluster.OpenAsync(10_000);
        var children = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ChildAsync(parent, slice: 500)));
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => cluster.ChargeAsync(children[i % 4], 30)));
        Assert.All(results, result => Assert.True(result.IsSuccess || result.Error.Code == "insufficient-funds", result.Error?.Code));
        var spent = 30L * results.Count(result => result.IsSuccess);
        Assert.InRange(spent, 10_000 - (4 * 30) - 500, 10_000);
        Assert.Equal(10_000 - spent, (await cluster.GetAsync(parent)).Balance.Minor);
        foreach (var child in children)
        {
            Assert.True(
                (await cluster.Wallet(child)
                .GiveBackLeaseAsync(new GiveBackLease(EntityCluster.Context(child.OrganisationId)))).Error is null);
        }

        var after = await cluster.GetAsync(parent);
        Assert.Equal(10_000 - spent, after.Balance.Minor);
        Assert.Equal(0, after.Leased.Minor);
        Assert.Equal(10_000 - spent, after.Available.Minor);
        Assert.True(await cluster.QueryAsync<long>(
            $"SELECT count(*) FROM wallet_transaction WHERE wallet_id = '{parent.Id}' AND type = 14") < 60,
            "the parent was called for every charge");
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
        Assert.Equal((9_750, 9_750), (after.Balance.Minor, after.Available.Minor + after.Leased.Minor));
    }

    [Fact]
    public async Task A_budget_that_is_spent_to_the_last_unit_and_ended_is_settled_although_the_parent_is_frozen()
    {
        var parent = await cluster.OpenAsync(1_000);
        var child = await ChildAsync(parent, slice: 100);
        Assert.True((await cluster.ChargeAsync(child, 100)).IsSuccess);
        Assert.True(
            (await cluster.Wallet(parent).FreezeAsync(new Freeze(EntityCluster.Context(parent.OrganisationId), "check"))).IsSuccess);
        Assert.Null((await cluster.Wallet(child).GiveBackLeaseAsync(new GiveBackLease(EntityCluster.Context(child.OrganisationId)))).Error);
        Assert.Equal((900, 0), await MoneyAsync(parent));
        Assert.Null((await cluster.Wallet(child).GiveBackLeaseAsync(new GiveBackLease(EntityCluster.Context(child.OrganisationId)))).Error);
        Assert.Equal((900, 0), await MoneyAsync(parent));
    }

    [Fact]
    public async Task Spending_of_a_child_is_settled_even_if_the_parent_has_no_money_left()
    {
        var parent = await cluster.OpenAsync(100);
        var child = await ChildAsync(parent, slice: 100);
        Assert.True((await cluster.ChargeAsync(child, 100)).IsSuccess);
        Assert.Equal("insufficient-funds", (await cluster.ChargeAsync(child, 30)).Error?.Code);
        Assert.Equal((0, 0), await MoneyAsync(parent));

        // The spending is already reported, so another refused charge settles nothing.
        var sequence = (await cluster.GetAsync(parent)).Sequence;
        Assert.Equal("insufficient-funds", (await cluster.ChargeAsync(child, 30)).Error?.Code);
        Assert.Equal(sequence, (await cluster.GetAsync(parent)).Sequence);
    }

    [Fact]
    public async Task A_charge_or_hold_that_a_limit_refuses_draws_nothing_from_the_parent()
    {
        var parent = await cluster.OpenAsync(500_000);
        var child = await ChildAsync(parent, slice: 2_000);
        Assert.True((await cluster.Wallet(child).SetLimitsAsync(new SetLimits(
            EntityCluster.Context(child.OrganisationId), null, null, Usd(6_000), null, null, null))).IsSuccess);
        var before = await cluster.GetAsync(parent);
        Assert.Equal("limit-exceeded", (await cluster.ChargeAsync(child, 400_000)).Error?.Code);
        Assert.Equal("limit-exceeded", (await HoldAsync(child, 400_000)).Error?.Code);
        Assert.Equal("invalid-reason", (await cluster.ChargeAsync(child, 400, reason: "")).Error?.Code);
        Assert.Equal("invalid-amount", (await cluster.ChargeAsync(child, -1)).Error?.Code);
        Assert.Equal(before, await cluster.GetAsync(parent));
        Assert.Equal(0, (await cluster.GetAsync(child)).Balance.Minor);
        Assert.True((await HoldAsync(child, 3_000)).IsSuccess);
        Assert.Equal((500_000, 3_000), await MoneyAsync(parent));
    }

    [Fact]
    public async Task Money_drawn_for_commands_that_are_then_refused_goes_back()
    {
        var parent = await cluster.OpenAsync(100_000);
        var child = await ChildAsync(parent, slice: 1);
        Assert.True((await cluster.Wallet(child).SetLimitsAsync(new SetLimits(
            EntityCluster.Context(child.OrganisationId), null, null, Usd(1_000), null, null, null))).IsSuccess);

        // All are within the limit when they draw, but only ten when they are decided.
        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => cluster.ChargeAsync(child, 100)));
        Assert.Equal(10, results.Count(result => result.IsSuccess));
        Assert.All(results, result => Assert.True(result.IsSuccess || result.Error.Code == "limit-exceeded", result.Error?.Code));
        Assert.Equal((99_000, 0), await MoneyAsync(parent));
        Assert.Equal((0, 0), await MoneyAsync(child));
    }

    [Fact]
    public async Task A_repetition_of_a_charge_draws_nothing()
    {
        var parent = await cluster.OpenAsync(1_000);
        var child = await ChildAsync(parent, slice: 10);
        var operation = OperationId.Fresh(TimeProvider.System);
        Assert.True((await cluster.ChargeAsync(child, 500, operation)).IsSuccess);
        Assert.True((await cluster.ChargeAsync(child, 500, operation)).IsSuccess);
        Assert.Equal((500, 0), await MoneyAsync(parent));
    }

    [Fact]
    public async Task A_sub_user_spends_the_promotional_credit_of_its_parent()
    {
        var parent = await cluster.OpenAsync();
        Assert.True((await cluster.Wallet(parent).PromoteAsync(new Promote(
            EntityCluster.Context(parent.OrganisationId), Usd(5_000), "welcome", 10, TimeProvider.System.GetUtcNow().AddDays(1),
            null))).IsSuccess);
        var child = await ChildAsync(parent, slice: 2_000);
        Assert.True((await cluster.ChargeAsync(child, 4_000)).IsSuccess);
        Assert.Equal((1_000, 0), await MoneyAsync(parent));
        Assert.Equal(1_000, (await cluster.GetAsync(parent)).Promotional.Minor);
    }

    [Fact]
    public async Task A_read_of_the_parent_after_a_sub_users_charge_includes_it()
    {
        var parent = await cluster.OpenAsync(10_000);
        var child = await ChildAsync(parent, slice: 1_000);
        var charges = new List<Guid>();
        for (var i = 1; i <= 20; i++)
        {
            charges.Add((await cluster.ChargeAsync(child, 10)).Value!.Id);
            Assert.Equal(10_000 - (10 * i), (await cluster.GetAsync(parent)).Balance.Minor);
        }

        var refunded = await cluster.Wallet(child)
            .RefundAsync(new Refund(EntityCluster.Context(child.OrganisationId), charges[^1], await VersionAsync(child), null, null, null));
        Assert.True(refunded.IsSuccess, refunded.Error?.Code);
        Assert.Equal(9_810, (await cluster.GetAsync(parent)).Balance.Minor);
        Assert.Equal(0L, await cluster.QueryAsync<long>(
            $"""
            SELECT count(*) FROM wallet_transaction p WHERE wallet_id = '{parent.Id}' AND type = 17 AND NOT EXISTS (
                SELECT FROM wallet_transaction c WHERE c.wallet_id = p.related_id AND c.at = p.at)
            """));
    }

    [Fact]
    public async Task Spending_of_many_sub_users_is_settled_within_seconds_in_few_rows_without_reads()
    {
        var parent = await cluster.OpenAsync(100_000);
        var children = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ChildAsync(parent, slice: 1_000)));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => cluster.ChargeAsync(children[i % 20], 10)));
        await Eventually.HoldsAsync(
            async () => await cluster.QueryAsync<long>($"SELECT balance FROM wallet WHERE wallet_id = '{parent.Id}'") == 98_000,
            TimeSpan.FromSeconds(10), "the parent has settled");
        Assert.True(await cluster.QueryAsync<long>(
            $"SELECT count(DISTINCT version) FROM wallet_transaction WHERE wallet_id = '{parent.Id}' AND type = 17") <= 30,
            "each charge was settled separately");
    }

    [Fact]
    public async Task Sub_users_of_a_frozen_parent_are_refused_within_two_seconds_and_spend_again_when_it_is_unfrozen()
    {
        var parent = await cluster.OpenAsync(10_000);
        var child = await ChildAsync(parent, slice: 5_000);
        Assert.True((await cluster.ChargeAsync(child, 10)).IsSuccess);
        var hold = (await HoldAsync(child, 100)).Value!.Id;
        Assert.True(
            (await cluster.Wallet(parent).FreezeAsync(new Freeze(EntityCluster.Context(parent.OrganisationId), "check"))).IsSuccess);
        var frozen = TimeProvider.System.GetTimestamp();
        var lines = (await cluster.GetAsync(parent)).Leased;
        await Eventually.HoldsAsync(
            async () =>
                (await cluster.ChargeAsync(child, 1)).Error?.Code == "wallet-frozen", TimeSpan.FromSeconds(2), "the sub-user is refused");
        Assert.True(TimeProvider.System.GetElapsedTime(frozen) < TimeSpan.FromSeconds(2));
        Assert.Equal("wallet-frozen", (await HoldAsync(child, 10)).Error?.Code);
        Assert.Equal("wallet-frozen", (await cluster.ChargeAsync(child, 9_000)).Error?.Code);
        Assert.Equal(
            "wallet-frozen",
            (await cluster.Wallet(child).CaptureAsync(new Capture(EntityCluster.Context(child.OrganisationId), hold, null))).Error?.Code);
        Assert.True((await cluster.GetAsync(parent)).Leased.Minor <= lines.Minor);

        Assert.True(
            (await cluster.Wallet(parent).UnfreezeAsync(new Unfreeze(EntityCluster.Context(parent.OrganisationId), "checked"))).IsSuccess);
        Assert.True((await cluster.ChargeAsync(child, 10)).IsSuccess);
        Assert.True(
            (await cluster.Wallet(child).CaptureAsync(new Capture(EntityCluster.Context(child.OrganisationId), hold, null))).IsSuccess);
    }

    [Fact]
    public async Task Lowering_a_slice_or_limit_returns_excess_leased_money_before_it_is_answered()
    {
        var parent = await cluster.OpenAsync(10_000);
        var child = await ChildAsync(parent, slice: 5_000);
        Assert.True((await cluster.ChargeAsync(child, 100)).IsSuccess);
        Assert.Equal((9_900, 4_900), await MoneyAsync(parent));
        var operation = OperationId.Fresh(TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            var set = await cluster.Wallet(child)
                .SetBudgetAsync(new SetBudget(EntityCluster.Context(child.OrganisationId, operation), parent.Id, Usd(1_000)));
            Assert.Equal((1_000L, i == 1), (set.Value!.Available.Minor, set.Replayed));
            Assert.Equal((9_900, 1_000), await MoneyAsync(parent));
        }

        Assert.True((await cluster.Wallet(child).SetLimitsAsync(new SetLimits(
            EntityCluster.Context(child.OrganisationId), null, null, Usd(300), null, null, null))).IsSuccess);
        Assert.Equal((9_900, 200), await MoneyAsync(parent));
        Assert.True((await cluster.ChargeAsync(child, 200)).IsSuccess);
        Assert.Equal((9_700, 0), await MoneyAsync(parent));
    }

    private async Task<long> VersionAsync(EntityKey wallet) => (await cluster.GetAsync(wallet)).Version;

    private Task<Result<WalletTransaction>> HoldAsync(EntityKey wallet, long cents) =>
        cluster.Wallet(wallet).HoldAsync(new Hold(EntityCluster.Context(wallet.OrganisationId), Usd(cents), 600, "report", null, null));

    private async Task<(long Balance, long Leased)> MoneyAsync(EntityKey wallet)
    {
        var view = await cluster.GetAsync(wallet);
        return (view.Balance.Minor, view.Leased.Minor);
    }

    private async Task<EntityKey> ChildAsync(EntityKey parent, long slice)
    {
        var child = await cluster.OpenAsync(0, parent.OrganisationId);
        var set = await cluster.Wallet(child)
            .SetBudgetAsync(new SetBudget(EntityCluster.Context(child.OrganisationId), parent.Id, Usd(slice)));
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
