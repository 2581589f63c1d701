namespace Platform.Metrics;

/// <summary>Errors of metric queries.</summary>
public static class MetricErrors
{
    public static readonly Error UnknownTimeZone =
        CommonErrors.Invalid("/timeZone", "unknown-time-zone", "The time zone must be an IANA id such as Europe/Berlin.");

    public static readonly Error InvalidRange =
        CommonErrors.Invalid("/to", "invalid-range", "to must be after from, and both must be between 1970 and 9000.");

    public static readonly Error TooManyBuckets =
        CommonErrors.Invalid(
            "/bucket", "too-many-buckets", "The series would exceed 10,000 buckets. Use wider buckets or a shorter period.");

    public static readonly Error TooManyGroups =
        CommonErrors.Invalid(
            "/groupBy", "too-many-buckets",
            "All groups together would exceed 100,000 buckets. Filter, or use wider buckets or a shorter period.");

    public static readonly Error InvalidBucket = CommonErrors.Invalid("/bucket", "invalid-bucket", "The bucket is unknown.");

    public static readonly Error InvalidAggregation = CommonErrors.Invalid("/agg", "invalid-aggregation", "The aggregation is unknown.");

    public static readonly Error MixedCurrencies =
        CommonErrors.Invalid(
            "/groupBy", "mixed-currencies", "Amounts of several currencies cannot be combined. Group by currency or filter by one.");

    public static Error UnknownDimension(string field, string dimension) =>
        CommonErrors.Invalid(field, "unknown-dimension", $"The metric has no dimension '{dimension}'.");
}
