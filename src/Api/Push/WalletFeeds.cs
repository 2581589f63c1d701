using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Wallets;

namespace Platform.Api.Push;

/// <summary>
/// Keeps one subscription for each wallet with live clients in this process. Renews it often, because a wallet whose silo died sends
/// nothing.
/// </summary>
[Singleton(Hosted = true)]
public sealed class WalletFeeds(EntityGrains grains, TimeProvider time, ILogger<WalletFeeds> logger)
    : FeedKeeper<EntityKey, WalletFeed>(TimeSpan.FromSeconds(3), time, logger)
{
    protected override WalletFeed Create(EntityKey key, Action resync) => new(key, resync);

    protected override IGrainObserver CreateReference(WalletFeed feed) => grains.Factory.CreateObjectReference<IWalletObserver>(feed);

    protected override async Task SubscribeAsync(WalletFeed feed, IGrainObserver reference)
    {
        Caller.Set(feed.Wallet.OrganisationId);
        var state = await grains.Of<IWalletFeedGrain>(feed.Wallet).AskAsync(grain => grain.SubscribeAsync((IWalletObserver)reference));
        feed.Apply(state.IsSuccess ? state.Value : throw new ProblemException(Problems.From(state.Error!)));
    }

    protected override Task UnsubscribeAsync(WalletFeed feed, IGrainObserver reference)
    {
        Caller.Set(feed.Wallet.OrganisationId);
        return grains.Of<IWalletFeedGrain>(feed.Wallet).UnsubscribeAsync((IWalletObserver)reference);
    }

    protected override void Release(IGrainObserver reference) =>
        grains.Factory.DeleteObjectReference<IWalletObserver>((IWalletObserver)reference);
}
