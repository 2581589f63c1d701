using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;

namespace Platform.Grains.Metrics;

/// <summary>
/// The stored rollups of an organisation. Throws <see cref="JournalUnavailableException"/> if the store is unavailable.
/// </summary>
public interface IRollupStore
{
    /// <summary>
    /// Adds the deltas to slots and totals and moves the token, in one transaction. Returns false and writes nothing if the stored token is
    /// not the expected one.
    /// </summary>
    Task<bool> AddAsync(TokenMove move, RollupDeltas deltas, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the rollups of metrics, folded into buckets, and the consumer's token in one snapshot. A bucket ends at the next start, the
    /// last one at the end.
    /// </summary>
    Task<StoredRollups> ReadAsync(RollupRead read, CancellationToken cancellationToken);

    /// <summary>Reads the first and last minute of each metric that has data, and the consumer's token.</summary>
    Task<StoredSpans> ListAsync(Guid organisationId, string consumer, IReadOnlyList<string> metrics, CancellationToken cancellationToken);
}

/// <summary>Which rollups to read. Starts must be ascending.</summary>
public sealed record RollupRead(
    Guid OrganisationId,
    string Consumer,
    IReadOnlyList<string> Metrics,
    Resolution Resolution,
    IReadOnlyList<DateTimeOffset> Starts,
    DateTimeOffset End);

public sealed record StoredRollups(Fence Token, IReadOnlyList<BucketRollup> Buckets);

/// <summary>The value of a bucket for one combination of dimensions.</summary>
public sealed record BucketRollup(string Metric, int Bucket, string Dimensions, Rollup Value);

public sealed record StoredSpans(Fence Token, IReadOnlyList<MetricSpan> Spans);

public sealed record MetricSpan(string Metric, DateTimeOffset First, DateTimeOffset Last);
