using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Metrics;

namespace Platform.Api.Push;

/// <summary>One subscription at the metrics grain for each organisation that has live clients here.</summary>
[Singleton(Hosted = true)]
public sealed class LiveFeeds(EntityGrains grains, TimeProvider time, ILogger<LiveFeeds> logger)
    : FeedKeeper<Guid, LiveFeed>(IOrganisationMetricsGrain.LiveLease / 4, time, logger)
{
    protected override LiveFeed Create(Guid key, Action resync) => new(key, _ => resync());

    protected override IGrainObserver Refer(LiveFeed feed) => grains.Factory.CreateObjectReference<ILiveObserver>(feed);

    protected override async Task SubscribeAsync(LiveFeed feed, IGrainObserver reference)
    {
        Caller.Set(feed.OrganisationId);
        feed.Apply(await grains.Of<IOrganisationMetricsGrain>(EntityKey.Of(feed.OrganisationId)).SubscribeAsync((ILiveObserver)reference));
    }

    protected override Task UnsubscribeAsync(LiveFeed feed, IGrainObserver reference)
    {
        Caller.Set(feed.OrganisationId);
        return grains.Of<IOrganisationMetricsGrain>(EntityKey.Of(feed.OrganisationId)).UnsubscribeAsync((ILiveObserver)reference);
    }

    protected override void Release(IGrainObserver reference) => grains.Factory.DeleteObjectReference<ILiveObserver>((ILiveObserver)reference);
}
