using NodaTime;
using Platform.Grains.Metrics;
using Platform.Metrics;

namespace Platform.Grains.Admin;

/// <summary>The revenue of one bucket in one currency, over all organisations.</summary>
public readonly record struct RevenueSum(int Bucket, string Currency, decimal Amount);

/// <summary>Plans and fills the buckets of a revenue query in a time zone. Pure.</summary>
public static class RevenueDecisions
{
    /// <summary>Slightly more than a year of days.</summary>
    public const int MaxBuckets = 400;

    private static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The whole days, months or years that [from, to) touches. The end defaults to now, and the start to 30 days, 12 months or 5 years
    /// before it.
    /// </summary>
    public static Result<BucketGrid> Plan(Bucket granularity, DateTimeOffset? from, DateTimeOffset? to, string timeZone, DateTimeOffset now)
    {
        if (granularity is not (Bucket.Day or Bucket.Month or Bucket.Year))
        {
            return MetricErrors.InvalidBucket;
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is not { } zone)
        {
            return MetricErrors.UnknownTimeZone;
        }

        var end = to ?? now;
        if (end <= Earliest || end > Latest)
        {
            return MetricErrors.InvalidRange;
        }

        var start = from ?? DefaultStart(end, granularity, zone);
        if (start >= end || start < Earliest)
        {
            return MetricErrors.InvalidRange;
        }

        return BucketGrid.Create(start, end, granularity, zone) is { Count: <= MaxBuckets } grid ? grid : TooManyBuckets;
    }

    /// <summary>The start of the current day in a time zone.</summary>
    public static DateTimeOffset StartOfDay(DateTimeOffset now, DateTimeZone zone) =>
        BucketGrid.Create(now, now + TimeSpan.FromTicks(1), Bucket.Day, zone)!.Starts[0];

    /// <summary>Amounts by bucket and currency. Every bucket contains each currency that occurs, and the requested one.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, decimal>> Fold(BucketGrid grid, IEnumerable<RevenueSum> sums, string? currency)
    {
        var found = sums.ToList();
        var currencies = found.Select(sum => sum.Currency).Append(currency).OfType<string>().Distinct().ToList();
        var buckets = Enumerable.Range(0, grid.Count)
            .Select(_ => new SortedDictionary<string, decimal>(currencies.ToDictionary(code => code, _ => 0m), StringComparer.Ordinal))
            .ToArray();
        foreach (var sum in found)
        {
            buckets[sum.Bucket][sum.Currency] += sum.Amount;
        }

        return buckets;
    }

    private static DateTimeOffset DefaultStart(DateTimeOffset end, Bucket granularity, DateTimeZone zone)
    {
        var local = Instant.FromDateTimeOffset(end).InZone(zone).LocalDateTime;
        var start = granularity switch
        {
            Bucket.Day => local.PlusDays(-29),
            Bucket.Month => local.PlusMonths(-11),
            _ => local.PlusYears(-4),
        };
        var instant = start.InZoneLeniently(zone).ToInstant().ToDateTimeOffset();
        return instant < Earliest ? Earliest : instant;
    }

    private static readonly Error TooManyBuckets =
        CommonErrors.Invalid(
            "/from", "too-many-buckets", $"An answer has at most {MaxBuckets} buckets. Request larger buckets or a shorter range.");
}
