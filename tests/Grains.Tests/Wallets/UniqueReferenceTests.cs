using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>Commands with unique references: one of several concurrent ones succeeds, and a repetition gets the same answer.</summary>
public sealed class UniqueReferenceTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task Of_many_concurrent_commands_with_one_reference_one_is_booked()
    {
        var key = await cluster.OpenAsync();
        var commands = Enumerable.Range(0, 40).Select(i => Deposit(key, $"bank-{i % 4}")).ToList();
        var results = await Task.WhenAll(commands.Select(command => cluster.Wallet(key).DepositAsync(command)));
        Assert.Equal(4, results.Count(result => result.IsSuccess));
        Assert.All(results.Where(result => !result.IsSuccess), result => Assert.Equal("duplicate-reference", result.Error!.Code));
        Assert.Equal(400, (await cluster.GetAsync(key)).Balance.Minor);
        foreach (var refused in results.Where(result => !result.IsSuccess))
        {
            Assert.Contains(results, result => result.Value?.Id.ToString() == refused.Error!.Details!["transactionId"]);
        }

        var again = await Task.WhenAll(commands.Select(command => cluster.Wallet(key).DepositAsync(command)));
        Assert.All(again, result => Assert.True(result.Replayed));
        Assert.Equal(results.Select(result => result.Value?.Id), again.Select(result => result.Value?.Id));
        Assert.Equal(400, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task A_reference_is_unique_per_wallet_whatever_booked_it()
    {
        var (key, other) = (await cluster.OpenAsync(), await cluster.OpenAsync());
        var plain = Deposit(key, "bank-1") with { UniqueReference = false };
        Assert.True((await cluster.Wallet(key).DepositAsync(plain)).IsSuccess);
        Assert.Equal("duplicate-reference", (await cluster.Wallet(key).DepositAsync(Deposit(key, "bank-1"))).Error?.Code);
        Assert.Equal("duplicate-reference", (await cluster.Wallet(key).AdjustAsync(Adjust(key, "bank-1"))).Error?.Code);
        Assert.True((await cluster.Wallet(key).AdjustAsync(Adjust(key, "bank-2"))).IsSuccess);
        Assert.True((await cluster.Wallet(other).DepositAsync(Deposit(other, "bank-1"))).IsSuccess);
        Assert.True((await cluster.Wallet(key).DepositAsync(Deposit(key, "bank-1") with { UniqueReference = false })).IsSuccess);
    }

    private static Deposit Deposit(EntityKey key, string reference) =>
        new(EntityCluster.Context(key.OrganisationId), new Money(100, EntityCluster.Usd), reference, null, UniqueReference: true);

    private static Adjust Adjust(EntityKey key, string reference) => new(
        EntityCluster.Context(key.OrganisationId), new Money(100, EntityCluster.Usd), AdjustmentDirection.Credit, "opening", reference,
        null, null, UniqueReference: true);
}
