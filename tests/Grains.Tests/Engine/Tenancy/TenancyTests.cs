using Platform.Grains.Engine.Tenancy;
using Platform.Wallets;

namespace Platform.Grains.Tests.Engine.Tenancy;

/// <summary>Nothing of one organisation is visible to another, even if the API forgets to check.</summary>
public sealed class TenancyTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task A_call_from_another_organisation_is_refused_by_the_silo()
    {
        var key = await cluster.OpenAsync(1000);
        var wallet = cluster.Client.GetGrain<IWalletGrain>(key.ToString());
        Caller.Set(EntityCluster.NewId());
        await Assert.ThrowsAsync<TenancyViolationException>(wallet.GetAsync);
        await Assert.ThrowsAsync<TenancyViolationException>(() => wallet.ChargeAsync(
            new Charge(EntityCluster.Context(key.OrganisationId), new Money(1, EntityCluster.Usd), "theft", null, null)));
        Assert.Equal(1000, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task A_call_without_a_caller_is_refused()
    {
        var key = await cluster.OpenAsync(1000);
        var wallet = cluster.Client.GetGrain<IWalletGrain>(key.ToString());
        RequestContext.Clear();
        await Assert.ThrowsAsync<TenancyViolationException>(wallet.GetAsync);
    }

    [Fact]
    public async Task The_platform_itself_may_call_any_entity()
    {
        var key = await cluster.OpenAsync(1000);
        Caller.Set(Caller.Platform);
        Assert.True((await cluster.Client.GetGrain<IWalletGrain>(key.ToString()).GetAsync()).IsSuccess);
    }

    /// <summary>Both organisations share a partition of the journal; only the keys differ.</summary>
    [Fact]
    public async Task The_id_of_another_organisations_entity_is_not_found_under_ones_own_key()
    {
        var key = await cluster.OpenAsync(1000);
        var bytes = EntityCluster.NewId().ToByteArray(bigEndian: true);
        bytes[15] = key.OrganisationId.ToByteArray(bigEndian: true)[15];
        var foreign = new EntityKey(new Guid(bytes, bigEndian: true), key.Id);
        Assert.Equal(ErrorKind.NotFound, (await cluster.Wallet(foreign).GetAsync()).Error?.Kind);
        Assert.Equal(ErrorKind.NotFound, (await cluster.ChargeAsync(foreign, 1)).Error?.Kind);
    }

    [Theory]
    [InlineData("020235")]
    [InlineData("0192f0c0000070008000000000000001")]
    [InlineData("wallet")]
    public async Task A_key_that_is_not_an_entity_key_is_refused(string key)
    {
        Caller.Set(Caller.Platform);
        await Assert.ThrowsAnyAsync<Exception>(cluster.Client.GetGrain<IWalletGrain>(key).GetAsync);
    }
}
