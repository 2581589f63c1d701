using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Journal;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>A cluster whose writer returns only when the outcome is known, as a preempted thread sees it.</summary>
public sealed class EarlyCluster : EntityCluster
{
    protected override void ConfigureSilo(ISiloBuilder silo) =>
        silo.Services.AddSingleton<IJournalWriter>(services => new EarlyWriter(services.GetRequiredService<GroupCommitWriter>()));

    private sealed class EarlyWriter(IJournalWriter writer) : IJournalWriter
    {
        public TimeSpan SinceLastAnswer => writer.SinceLastAnswer;

        public bool IsUncertain => writer.IsUncertain;

        public Task<AppendOutcome> AppendAsync(Append append)
        {
            var outcome = writer.AppendAsync(append);
            ((IAsyncResult)outcome).AsyncWaitHandle.WaitOne();
            return outcome;
        }
    }
}

/// <summary>Found under load: after a wallet was opened with 201, its first deposit got "not found".</summary>
public sealed class EarlyCommitTests(EarlyCluster cluster) : IClassFixture<EarlyCluster>
{
    [Fact]
    public async Task A_commit_that_is_known_before_the_call_waits_for_it_counts_like_any_other()
    {
        var key = await cluster.OpenAsync(1000);
        Assert.Equal(1000, (await cluster.GetAsync(key)).Balance.Minor);
        foreach (var i in Enumerable.Range(1, 20))
        {
            Assert.Equal(1000 - i, (await cluster.ChargeAsync(key, 1)).Value?.BalanceAfter.Minor);
        }

        Assert.Equal(22, (await cluster.GetAsync(key)).Version);
    }
}
