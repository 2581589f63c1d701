using System.Collections.Concurrent;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>What a wallet tells its observers: what is durable, in the order of the ledger.</summary>
public sealed class WalletObserverTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Observers_hear_each_transaction_once_and_in_order_however_many_come_at_once()
    {
        var key = await cluster.OpenAsync(10_000);
        var heard = new Heard();
        var reference = cluster.Client.CreateObjectReference<IWalletObserver>(heard);
        Assert.Equal(1, (await SubscribeAsync(key, reference)).Sequence);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => cluster.ChargeAsync(key, 1)));
        await Eventually.HoldsAsync(() => heard.Updates.Count == 200, Deadline, "all are heard");
        Assert.Equal(Enumerable.Range(2, 200).Select(sequence => (long)sequence), heard.Updates.Select(update => update.Wallet.Sequence));
        Assert.All(heard.Updates, update => Assert.Equal(10_000 - (update.Wallet.Sequence - 1), update.Wallet.Balance.Minor));

        await cluster.Client.GetGrain<IWalletFeedGrain>(key.ToString()).UnsubscribeAsync(reference);
        await cluster.ChargeAsync(key, 1);
        Assert.Equal(202, (await SubscribeAsync(key, reference)).Sequence);
        Assert.Equal(200, heard.Updates.Count);
    }

    [Fact]
    public async Task A_refusal_is_nothing_to_hear_of()
    {
        var key = await cluster.OpenAsync(5);
        var heard = new Heard();
        var reference = cluster.Client.CreateObjectReference<IWalletObserver>(heard);
        await SubscribeAsync(key, reference);
        Assert.False((await cluster.ChargeAsync(key, 6)).IsSuccess);
        await cluster.ChargeAsync(key, 5);
        await Eventually.HoldsAsync(() => !heard.Updates.IsEmpty, Deadline, "the charge is heard");
        Assert.Equal(2, Assert.Single(heard.Updates).Wallet.Sequence);
    }

    [Fact]
    public async Task An_activation_that_ends_says_so_and_the_next_one_goes_on_from_its_state()
    {
        var key = await cluster.OpenAsync(100);
        var heard = new Heard();
        var reference = cluster.Client.CreateObjectReference<IWalletObserver>(heard);
        await SubscribeAsync(key, reference);
        await cluster.DeactivateAsync(key);
        await Eventually.HoldsAsync(() => heard.Farewells == 1, Deadline, "the end is heard");
        await cluster.ChargeAsync(key, 1);
        Assert.Equal(2, (await SubscribeAsync(key, reference)).Sequence);
        await cluster.ChargeAsync(key, 1);
        await Eventually.HoldsAsync(() => !heard.Updates.IsEmpty, Deadline, "the next charge is heard");
        Assert.Equal(3, Assert.Single(heard.Updates).Wallet.Sequence);
    }

    private async Task<WalletLive> SubscribeAsync(EntityKey key, IWalletObserver reference)
    {
        Caller.Set(key.OrganisationId);
        return (await cluster.Client.GetGrain<IWalletFeedGrain>(key.ToString()).SubscribeAsync(reference)).Value!;
    }

    private sealed class Heard : IWalletObserver
    {
        private int _farewells;

        public ConcurrentQueue<WalletLiveUpdate> Updates { get; } = new();

        public int Farewells => _farewells;

        public Task OnMovedAsync(WalletLiveUpdate[] updates)
        {
            if (updates.Length == 0)
            {
                Interlocked.Increment(ref _farewells);
            }

            foreach (var update in updates)
            {
                Updates.Enqueue(update);
            }

            return Task.CompletedTask;
        }
    }
}
