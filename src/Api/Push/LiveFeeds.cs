using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Metrics;

namespace Platform.Api.Push;

/// <summary>Keeps one metrics subscription for each organisation with live clients in this process.</summary>
[Singleton(Hosted = true)]
public sealed class LiveFeeds(EntityGrains grains, TimeProvider time, ILogger<LiveFeeds> logger)
    : FeedKeeper<Guid, LiveFeed>(IOrganisationMetricsGrain.LiveLease / 4, time, logger)
{
    protected override LiveFeed Create(Guid key, Action resync) => new(key, _ => resync());

    protected override IGrainObserver CreateReference(LiveFeed feed) => grains.Factory.CreateObjectReference<ILiveObserver>(feed);

    protected override async Task SubscribeAsync(LiveFeed feed, IGrainObserver reference)
    {
        Caller.Set(feed.OrganisationId);
        var metrics = grains.Of<IOrganisationMetricsGrain>(EntityKey.Of(feed.OrganisationId));
        feed.Apply(await metrics.SubscribeAsync((ILiveObserver)reference));
    }

    protected override Task UnsubscribeAsync(LiveFeed feed, IGrainObserver reference)
    {
        Caller.Set(feed.OrganisationId);
        return grains.Of<IOrganisationMetricsGrain>(EntityKey.Of(feed.OrganisationId)).UnsubscribeAsync((ILiveObserver)reference);
    }

    protected override void Release(IGrainObserver reference) =>
        grains.Factory.DeleteObjectReference<ILiveObserver>((ILiveObserver)reference);
}
