using NodaTime;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>Validates queries of series, and filters, groups and folds rollups into buckets.</summary>
public static class MetricDecisions
{
    private const int MaxValues = 100_000;
    private const int AverageDigits = 10;
    private static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Validates a query and returns its buckets.</summary>
    public static Result<BucketGrid> Plan(SeriesQuery query)
    {
        if (BuiltInMetrics.Find(query.Metric) is not { Dimensions: var dimensions })
        {
            return CommonErrors.NotFound("metric");
        }

        if (!Enum.IsDefined(query.Bucket))
        {
            return MetricErrors.InvalidBucket;
        }

        if (!Enum.IsDefined(query.Aggregation))
        {
            return MetricErrors.InvalidAggregation;
        }

        if (query.From >= query.To || query.From < Earliest || query.To > Latest)
        {
            return MetricErrors.InvalidRange;
        }

        if (query.GroupBy is { } groupBy && !dimensions.Contains(groupBy))
        {
            return MetricErrors.UnknownDimension("/groupBy", groupBy);
        }

        if (query.Filter?.Keys.FirstOrDefault(name => !dimensions.Contains(name)) is { } unknown)
        {
            return MetricErrors.UnknownDimension($"/filter.{unknown}", unknown);
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(query.TimeZone) is not { } zone)
        {
            return MetricErrors.UnknownTimeZone;
        }

        return BucketGrid.Create(query.From, query.To, query.Bucket, zone) is { } grid ? grid : MetricErrors.TooManyBuckets;
    }

    /// <summary>Returns the resolution of slots to read for a bucket: minutes for minutes, otherwise quarter hours.</summary>
    public static Resolution ResolutionOf(Bucket bucket) => bucket == Bucket.Minute ? Resolution.Minute : Resolution.QuarterHour;

    /// <summary>Returns the deltas within the grid as bucket rollups.</summary>
    public static IEnumerable<BucketRollup> InGrid(
        RollupDeltas deltas, IReadOnlyList<string> metrics, Resolution resolution, BucketGrid grid) =>
        from slot in deltas.Slots
        where slot.Key.Resolution == resolution && metrics.Contains(slot.Key.Metric)
        let bucket = grid.IndexOf(slot.Key.Slot)
        where bucket >= 0
        select new BucketRollup(slot.Key.Metric, bucket, slot.Key.Dimensions, slot.Value);

    /// <summary>
    /// Returns all buckets of the grid for each group that has data. An empty bucket is 0 for sum and count, otherwise null. The bucket of
    /// the watermark and later ones are partial.
    /// </summary>
    public static Result<IReadOnlyList<BucketValue>> Fold(
        SeriesQuery query, BucketGrid grid, IEnumerable<BucketRollup> rollups, DateTimeOffset watermark)
    {
        var matching = rollups.Where(rollup => Matches(query, rollup.Dimensions)).ToList();
        if (MixesCurrencies(query, matching))
        {
            return MetricErrors.MixedCurrencies;
        }

        var groups = new SortedDictionary<string, Rollup[]>(StringComparer.Ordinal);
        if (query.GroupBy is null)
        {
            groups[""] = new Rollup[grid.Count];
        }

        foreach (var rollup in matching)
        {
            var group = query.GroupBy is { } name && Dimensions.TryGet(rollup.Dimensions, name, out var value) ? value : "";
            if (!groups.TryGetValue(group, out var buckets))
            {
                if ((groups.Count + 1) * grid.Count > MaxValues)
                {
                    return MetricErrors.TooManyGroups;
                }

                groups[group] = buckets = new Rollup[grid.Count];
            }

            buckets[rollup.Bucket] = buckets[rollup.Bucket].Merge(rollup.Value);
        }

        return new Result<IReadOnlyList<BucketValue>>(
            [
                .. from pair in groups
                   from bucket in Enumerable.Range(0, grid.Count)
                   let span = grid[bucket]
                   select new BucketValue(
                       span.Start,
                       span.End,
                       ValueOf(query.Aggregation, pair.Value[bucket]),
                       span.End > watermark,
                       query.GroupBy is null ? null : pair.Key),
            ],
            null);
    }

    private static decimal? ValueOf(Aggregation aggregation, Rollup rollup) => aggregation switch
    {
        Aggregation.Sum => rollup.Sum,
        Aggregation.Count => rollup.Count,
        _ when rollup.Count == 0 => null,
        Aggregation.Avg => Math.Round(rollup.Sum / rollup.Count, AverageDigits),
        Aggregation.Min => rollup.Min,
        _ => rollup.Max,
    };

    private static bool Matches(SeriesQuery query, string dimensions) =>
        query.Filter is null ||
        query.Filter.All(filter => Dimensions.TryGet(dimensions, filter.Key, out var value) && value == filter.Value);

    // Points of several currencies can be counted, but not added or compared.
    private static bool MixesCurrencies(SeriesQuery query, List<BucketRollup> rollups) =>
        BuiltInMetrics.Find(query.Metric) is { IsMoney: true } && query.Aggregation != Aggregation.Count &&
            query.GroupBy != Dimensions.Currency &&
        rollups.Select(rollup => BuiltInMetrics.UnitOf(query.Metric, rollup.Dimensions)).Distinct().Skip(1).Any();
}
