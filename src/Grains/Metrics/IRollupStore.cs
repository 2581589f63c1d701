using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;

namespace Platform.Grains.Metrics;

/// <summary>
/// The stored rollups of an organisation. Throws <see cref="JournalUnavailableException"/> when the store does not answer.
/// </summary>
public interface IRollupStore
{
    /// <summary>
    /// Adds the deltas, to slots and running totals, and moves the token in one transaction; false, and nothing written, where
    /// the stored token is not the expected one.
    /// </summary>
    Task<bool> AddAsync(TokenMove move, RollupDeltas deltas, CancellationToken cancellationToken);

    /// <summary>
    /// The rollups of metrics folded into buckets, and the consumer's token, all of one snapshot. Bucket i runs from
    /// start i to the next one, the last one to the end.
    /// </summary>
    Task<StoredRollups> ReadAsync(RollupRead read, CancellationToken cancellationToken);

    /// <summary>First and last minute of each of these metrics that has data, and the consumer's token.</summary>
    Task<StoredSpans> ListAsync(Guid organisationId, string consumer, IReadOnlyList<string> metrics, CancellationToken cancellationToken);
}

/// <summary>Which rollups to read. The starts ascend.</summary>
public sealed record RollupRead(
    Guid OrganisationId,
    string Consumer,
    IReadOnlyList<string> Metrics,
    Resolution Resolution,
    IReadOnlyList<DateTimeOffset> Starts,
    DateTimeOffset End);

public sealed record StoredRollups(Fence Token, IReadOnlyList<BucketRollup> Buckets);

/// <summary>What a bucket holds for one combination of dimensions.</summary>
public sealed record BucketRollup(string Metric, int Bucket, string Dimensions, Rollup Value);

public sealed record StoredSpans(Fence Token, IReadOnlyList<MetricSpan> Spans);

public sealed record MetricSpan(string Metric, DateTimeOffset First, DateTimeOffset Last);
