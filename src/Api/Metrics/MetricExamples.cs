using Platform.Metrics;

namespace Platform.Api.Metrics;

/// <summary>Example responses for the OpenAPI document.</summary>
[Examples]
public static class MetricExamples
{
    public static readonly object[] All =
    [
        new MetricCatalogue([new MetricEntry("revenue", ["currency"], Sample.At, Sample.At)], null),
        new MetricSeries(
            "revenue", [new BucketValue(Sample.At, Sample.At.AddHours(1), 12.50m, true)], Sample.At.AddMinutes(3), "Europe/Berlin"),
    ];
}
