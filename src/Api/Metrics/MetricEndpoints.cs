using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine;
using Platform.Grains.Metrics;
using Platform.Metrics;
using Platform.Organisations;

namespace Platform.Api.Metrics;

/// <summary>The metrics of an organisation that have data, and the built-in ones.</summary>
public sealed record MetricCatalogue(IReadOnlyList<MetricEntry> Items, string? NextCursor);

/// <summary>A metric; First and Last are null where it has no data yet.</summary>
public sealed record MetricEntry(string Metric, IReadOnlyList<string> Dimensions, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>The catalogue of metrics and their series.</summary>
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
        metrics.MapGet("", ListAsync).Describe("The metrics, with their dimensions and first and last time.").Answers<MetricCatalogue>(200).Needs("metrics:read");
        metrics.MapGet("/{metric}/series", SeriesAsync).Describe(
                "The buckets of a metric in a period, up to now, late points included. A parameter filter.{dimension}=value keeps only the points with this value " +
                "of the dimension.")
            .Takes("from", "Start of the period; a day before its end where it is missing.").Takes("to", "End of the period; now where it is missing.")
            .Takes("bucket", "minute, 15m, hour, day, week, month or year; hour where it is missing.")
            .Takes("agg", "sum, avg, min, max or count; sum where it is missing.").Takes("groupBy", "The dimension that splits the series.")
            .Takes("timeZone", "IANA id; the organisation's where it is missing.")
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
        var without = BuiltInMetrics.Names.Except(withData.Select(entry => entry.Metric)).Select(name => new MetricEntry(name, [], null, null));
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
            query.Fault("timeZone", "The value is an IANA time zone such as Europe/Berlin.");
        }

        var end = to ?? call.Now;
        var start = from ?? (end - DateTimeOffset.MinValue > TimeSpan.FromDays(1) ? end - TimeSpan.FromDays(1) : DateTimeOffset.MinValue);
        if (start >= end)
        {
            query.Fault("from", "The period starts before it ends.");
        }
        else if ((end - start) / WidthOf(bucket) > MaxBuckets)
        {
            query.Check.Add("bucket", "too-many-buckets", $"A series has at most {MaxBuckets} buckets.");
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

    // The shortest that a bucket can be.
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
