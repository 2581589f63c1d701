namespace Platform.Metrics;

/// <summary>The width of a bucket. Buckets follow the time zone of the query.</summary>
[GenerateSerializer, Alias("platform.metrics.bucket")]
public enum Bucket
{
    Minute = 0,
    QuarterHour = 1,
    Hour = 2,
    Day = 3,
    Week = 4,
    Month = 5,
    Year = 6,
}

[GenerateSerializer, Alias("platform.metrics.aggregation")]
public enum Aggregation
{
    Sum = 0,
    Avg = 1,
    Min = 2,
    Max = 3,
    Count = 4,
}

/// <summary>
/// A query of a metric. Filter maps dimensions to values; GroupBy is a dimension that splits the series. TimeZone is an IANA id.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.query")]
public sealed record SeriesQuery(
    [property: Id(0)] string Metric,
    [property: Id(1)] DateTimeOffset From,
    [property: Id(2)] DateTimeOffset To,
    [property: Id(3)] Bucket Bucket,
    [property: Id(4)] Aggregation Aggregation,
    [property: Id(5)] string TimeZone,
    [property: Id(6)] IReadOnlyDictionary<string, string>? Filter = null,
    [property: Id(7)] string? GroupBy = null);

/// <summary>
/// A bucket [Start, End). Value is null if there are no points and the aggregation has no zero. Partial buckets may still change.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.bucket-value")]
public sealed record BucketValue(
    [property: Id(0)] DateTimeOffset Start,
    [property: Id(1)] DateTimeOffset End,
    [property: Id(2)] decimal? Value,
    [property: Id(3)] bool Partial,
    [property: Id(4)] string? Group = null);

/// <summary>The buckets of a metric. They include everything committed before the watermark.</summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.series")]
public sealed record MetricSeries(
    [property: Id(0)] string Metric,
    [property: Id(1)] IReadOnlyList<BucketValue> Buckets,
    [property: Id(2)] DateTimeOffset Watermark,
    [property: Id(3)] string TimeZone);

[GenerateSerializer, Immutable, Alias("platform.metrics.info")]
public sealed record MetricInfo(
    [property: Id(0)] string Metric,
    [property: Id(1)] IReadOnlyList<string> Dimensions,
    [property: Id(2)] DateTimeOffset First,
    [property: Id(3)] DateTimeOffset Last);
