using System.Collections.Concurrent;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>A wallet sends durable transactions to its observers in ledger order.</summary>
public sealed class WalletObserverTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Observers_receive_each_transaction_once_and_in_order()
    {
        var key = await cluster.OpenAsync(10_000);
        var recorder = new Recorder();
        var reference = cluster.Client.CreateObjectReference<IWalletObserver>(recorder);
        Assert.Equal(1, (await SubscribeAsync(key, reference)).Sequence);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => cluster.ChargeAsync(key, 1)));
        await Eventually.HoldsAsync(() => recorder.Updates.Count == 200, Deadline, "all updates arrived");
        Assert.Equal(
            Enumerable.Range(2, 200).Select(sequence => (long)sequence), recorder.Updates.Select(update => update.Wallet.Sequence));
        Assert.All(recorder.Updates, update => Assert.Equal(10_000 - (update.Wallet.Sequence - 1), update.Wallet.Balance.Minor));

        await cluster.Client.GetGrain<IWalletFeedGrain>(key.ToString()).UnsubscribeAsync(reference);
        await cluster.ChargeAsync(key, 1);
        Assert.Equal(202, (await SubscribeAsync(key, reference)).Sequence);
        Assert.Equal(200, recorder.Updates.Count);
    }

    [Fact]
    public async Task A_refusal_is_not_sent_to_observers()
    {
        var key = await cluster.OpenAsync(5);
        var recorder = new Recorder();
        var reference = cluster.Client.CreateObjectReference<IWalletObserver>(recorder);
        await SubscribeAsync(key, reference);
        Assert.False((await cluster.ChargeAsync(key, 6)).IsSuccess);
        await cluster.ChargeAsync(key, 5);
        await Eventually.HoldsAsync(() => !recorder.Updates.IsEmpty, Deadline, "the charge arrived");
        Assert.Equal(2, Assert.Single(recorder.Updates).Wallet.Sequence);
    }

    [Fact]
    public async Task An_ending_activation_notifies_observers_and_the_next_one_continues_from_its_state()
    {
        var key = await cluster.OpenAsync(100);
        var recorder = new Recorder();
        var reference = cluster.Client.CreateObjectReference<IWalletObserver>(recorder);
        await SubscribeAsync(key, reference);
        await cluster.DeactivateAsync(key);
        await Eventually.HoldsAsync(() => recorder.Ends == 1, Deadline, "the end arrived");
        await cluster.ChargeAsync(key, 1);
        Assert.Equal(2, (await SubscribeAsync(key, reference)).Sequence);
        await cluster.ChargeAsync(key, 1);
        await Eventually.HoldsAsync(() => !recorder.Updates.IsEmpty, Deadline, "the next charge arrived");
        Assert.Equal(3, Assert.Single(recorder.Updates).Wallet.Sequence);
    }

    private async Task<WalletLive> SubscribeAsync(EntityKey key, IWalletObserver reference)
    {
        Caller.Set(key.OrganisationId);
        return (await cluster.Client.GetGrain<IWalletFeedGrain>(key.ToString()).SubscribeAsync(reference)).Value!;
    }

    private sealed class Recorder : IWalletObserver
    {
        private int _ends;

        public ConcurrentQueue<WalletLiveUpdate> Updates { get; } = new();

        public int Ends => _ends;

        public Task OnMovedAsync(WalletLiveUpdate[] updates)
        {
            if (updates.Length == 0)
            {
                Interlocked.Increment(ref _ends);
            }

            foreach (var update in updates)
            {
                Updates.Enqueue(update);
            }

            return Task.CompletedTask;
        }
    }
}
