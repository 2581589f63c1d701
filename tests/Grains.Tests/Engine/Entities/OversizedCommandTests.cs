using Microsoft.Extensions.Hosting;
using Platform.Wallets;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>A cluster whose journal accepts at most 4 KiB per command.</summary>
public sealed class NarrowCluster : EntityCluster
{
    protected override void Configure(IHostApplicationBuilder host) => host.Configuration["Journal:MaxAppendBytes"] = "4096";
}

/// <summary>A command that is too large fails alone.</summary>
public sealed class OversizedCommandTests(NarrowCluster cluster) : IClassFixture<NarrowCluster>
{
    [Fact]
    public async Task A_command_that_is_too_large_is_refused_and_does_not_change_the_entity()
    {
        var key = await cluster.OpenAsync(1000);
        var metadata = Enumerable.Range(0, 20).ToDictionary(i => $"k{i}", _ => new string('x', 500));
        var large = new Charge(EntityCluster.Context(key.OrganisationId), new Money(1, EntityCluster.Usd), "large", null, metadata);
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => i % 4 == 0
            ? cluster.Wallet(key).ChargeAsync(large with { Context = EntityCluster.Context(key.OrganisationId) })
            : cluster.ChargeAsync(key, 1)));
        Assert.Equal(10, results.Count(result => result.Error?.Code == "command-too-large"));
        Assert.Equal(30, results.Count(result => result.IsSuccess));
        Assert.Equal(1000 - 30, (await cluster.GetAsync(key)).Balance.Minor);
        Assert.Equal(32, (await cluster.GetAsync(key)).Version);
    }
}
