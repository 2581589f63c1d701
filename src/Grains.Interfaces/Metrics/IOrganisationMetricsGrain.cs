namespace Platform.Metrics;

/// <summary>
/// The metrics of one organisation, computed from its journal. Key: <see cref="EntityKey.Of"/> of the organisation.
/// </summary>
[Alias("platform.metrics.organisation-metrics")]
public interface IOrganisationMetricsGrain : IGrainWithStringKey
{
    /// <summary>Returns the buckets of a metric in [From, To), including everything up to the watermark.</summary>
    [Alias("query")]
    Task<Result<MetricSeries>> QueryAsync(SeriesQuery query);

    /// <summary>Lists the metrics that have data, with their first and last instant.</summary>
    [Alias("list")]
    Task<Result<IReadOnlyList<MetricInfo>>> ListAsync();

    /// <summary>Sends live updates to the observer for <see cref="LiveLease"/>. Call again to renew.</summary>
    [Alias("subscribe")]
    Task<LiveSnapshot> SubscribeAsync(ILiveObserver observer);

    [Alias("unsubscribe")]
    Task UnsubscribeAsync(ILiveObserver observer);

    /// <summary>How long a live subscription lasts unless renewed.</summary>
    static readonly TimeSpan LiveLease = TimeSpan.FromMinutes(2);
}

/// <summary>Receives live updates. A lost or reordered update shows as a gap in the offset.</summary>
[Alias("platform.metrics.live-observer")]
public interface ILiveObserver : IGrainObserver
{
    [Alias("on-update"), Orleans.Concurrency.OneWay]
    Task OnUpdateAsync(Guid organisationId, LiveUpdate update);
}
