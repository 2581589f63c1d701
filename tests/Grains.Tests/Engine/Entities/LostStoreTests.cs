using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Platform.Grains.Engine.Journal;
using Platform.Silo.Hosting;
using Platform.Testing;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>A silo whose connection to Postgres a test can cut.</summary>
public sealed class CutCluster : EntityCluster
{
    private FlakyProxy? _proxy;

    public FlakyProxy Proxy => _proxy!;

    protected override void Configure(IHostApplicationBuilder host)
    {
        _proxy ??= new FlakyProxy(Runtime);
        host.Configuration[SiloSettings.DatabaseKey] = _proxy.ConnectionString;
        host.Services.AddSingleton(new Storage.Engine.PlatformDatabase(_proxy.ConnectionString));
    }
}

/// <summary>What callers see during and after an outage of the store.</summary>
public sealed class LostStoreTests(CutCluster cluster) : IClassFixture<CutCluster>
{
    [Fact]
    public async Task A_charge_whose_commit_was_not_acknowledged_happens_once()
    {
        var key = await cluster.OpenAsync(1000);
        foreach (var i in Enumerable.Range(1, 5))
        {
            cluster.Proxy.LoseNextAnswer("journal_append");
            Assert.Equal(1000 - (10 * i), (await cluster.ChargeAsync(key, 10)).Value?.BalanceAfter.Minor);
        }

        await cluster.DeactivateAsync(key);
        Assert.Equal(950, (await cluster.GetAsync(key)).Balance.Minor);
        Assert.Equal(7, (await cluster.GetAsync(key)).Version);
    }

    [Fact]
    public async Task During_an_outage_charges_are_refused_in_time_and_afterwards_none_is_lost_or_doubled()
    {
        var key = await cluster.OpenAsync(1_000);
        await cluster.ChargeAsync(key, 1);
        cluster.Proxy.Down();
        var operations = Enumerable.Range(0, 20).Select(i => OperationId.FromKey("s", $"{i}")).ToArray();
        var during = await Task.WhenAll(operations.Select(operation => TryAsync(() => cluster.ChargeAsync(key, 1, operation))));
        Assert.All(during, accepted => Assert.False(accepted));
        cluster.Proxy.Up();
        foreach (var operation in operations)
        {
            await Eventually.HoldsAsync(
                () => TryAsync(() => cluster.ChargeAsync(key, 1, operation)), TimeSpan.FromSeconds(10), "the same charge succeeds");
        }

        Assert.Equal(1_000 - 1 - 20, (await cluster.GetAsync(key)).Balance.Minor);
        await cluster.DeactivateAsync(key);
        Assert.Equal(1_000 - 1 - 20, (await cluster.GetAsync(key)).Balance.Minor);
    }

    /// <summary>A silo without contact may have been declared dead, and another one may write.</summary>
    [Fact]
    public async Task A_read_is_refused_before_the_cluster_can_have_given_the_entity_to_another_silo()
    {
        var key = await cluster.OpenAsync(1000);
        var membership = cluster.Silos[0].Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
        var began = TimeProvider.System.GetTimestamp();
        cluster.Proxy.Down();
        try
        {
            await Eventually.HoldsAsync(async () => !await ReadsAsync(), TimeSpan.FromSeconds(20), "a read is refused");
            Assert.InRange(
                TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, membership.ProbeTimeout * membership.NumMissedProbesLimit);
        }
        finally
        {
            cluster.Proxy.Up();
        }

        await Eventually.HoldsAsync(ReadsAsync, TimeSpan.FromSeconds(5), "reads are answered again");

        async Task<bool> ReadsAsync()
        {
            try
            {
                return (await cluster.GetAsync(key)).Balance.Minor == 1000;
            }
            catch (JournalUnavailableException)
            {
                return false;
            }
        }
    }

    private static async Task<bool> TryAsync(Func<Task<Result<Platform.Wallets.WalletTransaction>>> charge)
    {
        try
        {
            var result = await charge();
            return result.IsSuccess ? true
                : result.Error.Kind == ErrorKind.Unavailable ? false
                : throw new InvalidOperationException(result.Error.Code);
        }
        catch (Exception exception) when (exception is JournalUnavailableException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            return false;
        }
    }
}
