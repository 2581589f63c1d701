namespace Platform.Metrics;

/// <summary>Refusals of metric queries.</summary>
public static class MetricErrors
{
    public static readonly Error UnknownTimeZone =
        CommonErrors.Invalid("/timeZone", "unknown-time-zone", "This is not an IANA time zone.");

    public static readonly Error InvalidRange =
        CommonErrors.Invalid("/to", "invalid-range", "The range ends after it starts, and lies between 1970 and 9000.");

    public static readonly Error TooManyBuckets =
        CommonErrors.Invalid("/bucket", "too-many-buckets", "A series has at most 10,000 buckets; ask for wider ones or a shorter range.");

    public static readonly Error TooManyGroups =
        CommonErrors.Invalid("/groupBy", "too-many-buckets", "All groups together have at most 100,000 buckets; filter or ask for wider ones.");

    public static readonly Error InvalidBucket = CommonErrors.Invalid("/bucket", "invalid-bucket", "There is no such bucket.");

    public static readonly Error InvalidAggregation = CommonErrors.Invalid("/agg", "invalid-aggregation", "There is no such aggregation.");

    public static readonly Error MixedCurrencies =
        CommonErrors.Invalid("/groupBy", "mixed-currencies", "Amounts of several currencies cannot be combined: group by currency or filter by one.");

    public static Error UnknownDimension(string field, string dimension) =>
        CommonErrors.Invalid(field, "unknown-dimension", $"The metric has no dimension '{dimension}'.");
}
