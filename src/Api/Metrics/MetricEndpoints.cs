using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Engine;
using Platform.Grains.Metrics;
using Platform.Metrics;
using Platform.Organisations;

namespace Platform.Api.Metrics;

/// <summary>All metrics of an organisation, with or without data.</summary>
public sealed record MetricCatalogue(IReadOnlyList<MetricEntry> Items, string? NextCursor);

/// <summary>A metric. First and Last are null if it has no data yet.</summary>
public sealed record MetricEntry(string Metric, IReadOnlyList<string> Dimensions, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>Lists metrics and queries their series.</summary>
[Routes]
public static class MetricEndpoints
{
    private const int MaxBuckets = 10_000;

    private static readonly Dictionary<string, Bucket> Buckets = new(StringComparer.Ordinal)
    {
        ["minute"] = Bucket.Minute,
        ["15m"] = Bucket.QuarterHour,
        ["hour"] = Bucket.Hour,
        ["day"] = Bucket.Day,
        ["week"] = Bucket.Week,
        ["month"] = Bucket.Month,
        ["year"] = Bucket.Year,
    };

    private static readonly Dictionary<string, Aggregation> Aggregations = new(StringComparer.Ordinal)
    {
        ["sum"] = Aggregation.Sum,
        ["avg"] = Aggregation.Avg,
        ["min"] = Aggregation.Min,
        ["max"] = Aggregation.Max,
        ["count"] = Aggregation.Count,
    };

    public static void MapMetrics(this RouteGroupBuilder api)
    {
        var metrics = api.MapGroup("/metrics").WithTags("Metrics");
        metrics.MapGet("", ListAsync).Describe("Lists the metrics with their dimensions and the time range of their data.")
            .Answers<MetricCatalogue>(200).Needs("metrics:read");
        metrics.MapGet("/{metric}/series", SeriesAsync)
            .Describe(
                "Returns the buckets of a metric in a period, including late points. " +
                "Use the query parameter filter.{dimension}=value to keep only points with this value of the dimension.")
            .Takes("from", "The inclusive start; by default a day before the end.").Takes("to", "The exclusive end; by default now.")
            .Takes("bucket", "minute, 15m, hour (the default), day, week, month or year.")
            .Takes("agg", "sum (the default), avg, min, max or count.").Takes("groupBy", "The dimension to split the series by.")
            .Takes("timeZone", "The IANA time zone of the buckets; by default the organisation's.")
            .Answers<MetricSeries>(200).Refuses(404).Needs("metrics:read");
    }

    private static async Task<IResult> ListAsync(Call call)
    {
        call.Query().Check.ThrowIfFailed();
        var metrics = await call.Grain<IOrganisationMetricsGrain>(call.OrganisationId).AskAsync(static grain => grain.ListAsync());
        if (!metrics.IsSuccess)
        {
            return Reply.Refused(metrics);
        }

        var withData = metrics.Value.Select(info => new MetricEntry(info.Metric, info.Dimensions, info.First, info.Last)).ToList();
        var without = BuiltInMetrics.Names.Except(withData.Select(entry => entry.Metric))
            .Select(name => new MetricEntry(name, [], null, null));
        return Reply.Ok(new MetricCatalogue([.. withData.Concat(without).OrderBy(entry => entry.Metric, StringComparer.Ordinal)], null));
    }

    private static async Task<IResult> SeriesAsync(string metric, Call call)
    {
        var query = call.Query("from", "to", "bucket", "agg", "groupBy", "timeZone", "filter.");
        var (from, to) = (query.Instant("from"), query.Instant("to"));
        var bucket = query.OneOf("bucket", Buckets) ?? Bucket.Hour;
        var aggregation = query.OneOf("agg", Aggregations) ?? Aggregation.Sum;
        var (groupBy, timeZone) = (query.Text("groupBy", 64), query.Text("timeZone", 64));
        var filter = query.WithPrefix("filter.");
        if (timeZone is not null && TimeZones.Find(timeZone) is null)
        {
            query.Fault("timeZone", "The value must be an IANA time zone such as Europe/Berlin.");
        }

        var end = to ?? call.Now;
        var start = from ?? (end - DateTimeOffset.MinValue > TimeSpan.FromDays(1) ? end - TimeSpan.FromDays(1) : DateTimeOffset.MinValue);
        if (start >= end)
        {
            query.Fault("from", "from must be before to.");
        }
        else if ((end - start) / WidthOf(bucket) > MaxBuckets)
        {
            query.Check.Add(
                "bucket", "too-many-buckets", $"The series would exceed {MaxBuckets} buckets. Use wider buckets or a shorter period.");
        }

        query.Check.ThrowIfFailed();
        if (timeZone is null)
        {
            var organisation = await call.Grain<IOrganisationGrain>(call.OrganisationId).AskAsync(static grain => grain.GetAsync());
            if (!organisation.IsSuccess)
            {
                return Reply.Refused(organisation);
            }

            timeZone = organisation.Value.TimeZone;
        }

        var series = await call.Grain<IOrganisationMetricsGrain>(call.OrganisationId).AskAsync(
            new SeriesQuery(metric, start, end, bucket, aggregation, timeZone, filter, groupBy),
            static (grain, query) => grain.QueryAsync(query));
        return series.IsSuccess ? Reply.Ok(series.Value) : Reply.Refused(series);
    }

    // The minimum width of a bucket.
    private static TimeSpan WidthOf(Bucket bucket) => bucket switch
    {
        Bucket.Minute => TimeSpan.FromMinutes(1),
        Bucket.QuarterHour => TimeSpan.FromMinutes(15),
        Bucket.Hour => TimeSpan.FromHours(1),
        Bucket.Day => TimeSpan.FromHours(23),
        Bucket.Week => TimeSpan.FromDays(6.9),
        Bucket.Month => TimeSpan.FromDays(28),
        _ => TimeSpan.FromDays(365),
    };
}
