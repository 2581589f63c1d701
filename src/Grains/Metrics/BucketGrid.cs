using NodaTime;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>
/// The whole buckets that a range touches, in a time zone. Days start at the zone's start of day (they have 23, 24 or 25 hours, and
/// midnight may not exist), weeks on Monday (ISO 8601). A local hour that occurs twice is two buckets.
/// </summary>
public sealed class BucketGrid
{
    public const int MaxBuckets = 10_000;

    private readonly List<DateTimeOffset> _edges;

    private BucketGrid(List<DateTimeOffset> edges) => _edges = edges;

    public int Count => _edges.Count - 1;

    public IReadOnlyList<DateTimeOffset> Starts => _edges[..^1];

    public DateTimeOffset End => _edges[^1];

    public (DateTimeOffset Start, DateTimeOffset End) this[int bucket] => (_edges[bucket], _edges[bucket + 1]);

    /// <summary>Creates buckets between edges, which must not descend.</summary>
    public static BucketGrid Between(params ReadOnlySpan<DateTimeOffset> edges) => new([.. edges]);

    /// <summary>Creates the buckets of [from, to); returns null if there are more than <see cref="MaxBuckets"/>.</summary>
    public static BucketGrid? Create(DateTimeOffset from, DateTimeOffset to, Bucket bucket, DateTimeZone zone)
    {
        var start = Instant.FromDateTimeOffset(from);
        var end = Instant.FromDateTimeOffset(to);
        var edges = new List<DateTimeOffset>();
        foreach (var edge in bucket <= Bucket.Hour ? ClockEdges(start, Width(bucket), zone) : DateEdges(start, bucket, zone))
        {
            edges.Add(edge.ToDateTimeOffset());
            if (edge >= end)
            {
                return new BucketGrid(edges);
            }

            if (edges.Count > MaxBuckets)
            {
                return null;
            }
        }

        throw new InvalidOperationException("The edges of a grid do not end.");
    }

    /// <summary>Returns the index of the bucket that contains an instant, or -1 if none does.</summary>
    public int IndexOf(DateTimeOffset at)
    {
        var index = _edges.BinarySearch(at);
        index = index < 0 ? ~index - 1 : index;
        return index < Count ? index : -1;
    }

    private static Duration Width(Bucket bucket) => bucket switch
    {
        Bucket.Minute => Duration.FromMinutes(1),
        Bucket.QuarterHour => Duration.FromMinutes(15),
        _ => Duration.FromHours(1),
    };

    // Whole minutes, quarter hours or hours of the local clock. A clock change ends a bucket and starts another.
    private static IEnumerable<Instant> ClockEdges(Instant start, Duration width, DateTimeZone zone)
    {
        var (offset, begun, ends) = SameOffset(zone, start);
        var edge = Instant.Max(Floor(start, width, offset), begun);
        while (true)
        {
            yield return edge;
            edge = Floor(edge, width, offset) + width;
            if (edge >= ends)
            {
                edge = ends;
                (offset, _, ends) = SameOffset(zone, edge);
            }
        }
    }

    // Zone intervals also end if only the zone's name changes. Joins intervals with the same wall clock offset.
    private static (Offset Offset, Instant Begun, Instant Ends) SameOffset(DateTimeZone zone, Instant at)
    {
        var interval = zone.GetZoneInterval(at);
        var offset = interval.WallOffset;
        var first = interval;
        while (first.HasStart && zone.GetZoneInterval(first.Start - Duration.Epsilon) is var before && before.WallOffset == offset)
        {
            first = before;
        }

        var last = interval;
        while (last.HasEnd && last.End < Instant.FromUtc(9999, 1, 1, 0, 0) && zone.GetZoneInterval(last.End) is var next &&
            next.WallOffset == offset)
        {
            last = next;
        }

        return (offset, first.HasStart ? first.Start : Instant.MinValue, last.HasEnd ? last.End : Instant.MaxValue);
    }

    private static Instant Floor(Instant at, Duration width, Offset offset)
    {
        var local = at.ToUnixTimeTicks() + offset.Ticks;
        var ticks = (long)width.TotalTicks;
        return Instant.FromUnixTimeTicks(local - (((local % ticks) + ticks) % ticks) - offset.Ticks);
    }

    private static IEnumerable<Instant> DateEdges(Instant start, Bucket bucket, DateTimeZone zone)
    {
        var date = FirstDay(start.InZone(zone).Date, bucket);
        Instant? previous = null;
        while (true)
        {
            var edge = StartOf(date, zone);
            var following = NextDay(date, bucket);
            if (edge != previous && StartOf(following, zone) > start)
            {
                previous = edge;
                yield return edge;
            }

            date = following;
        }
    }

    // Returns the first instant of a date, or of the next date if the zone skipped the whole date, as Samoa did.
    private static Instant StartOf(LocalDate date, DateTimeZone zone)
    {
        var midnight = zone.MapLocal(date.AtMidnight());
        return midnight.Count == 0 ? midnight.LateInterval.Start : midnight.First().ToInstant();
    }

    private static LocalDate FirstDay(LocalDate date, Bucket bucket) => bucket switch
    {
        Bucket.Day => date,
        Bucket.Week => date.PlusDays(1 - (int)date.DayOfWeek),
        Bucket.Month => new LocalDate(date.Year, date.Month, 1),
        _ => new LocalDate(date.Year, 1, 1),
    };

    private static LocalDate NextDay(LocalDate date, Bucket bucket) => bucket switch
    {
        Bucket.Day => date.PlusDays(1),
        Bucket.Week => date.PlusDays(7),
        Bucket.Month => date.PlusMonths(1),
        _ => date.PlusYears(1),
    };
}
