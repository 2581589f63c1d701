using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Platform.Silo.Instruments;

/// <summary>The histogram buckets and the maximum number of series of every exported instrument.</summary>
internal static class MetricStreams
{
    // Every route with each status it may return. Beyond the limit, values go to one series with otel_metric_overflow="true".
    private const int MaxRequestSeries = 4000;
    private const int MaxSeries = 500;
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Milliseconds = [.. Seconds.Select(bound => bound * 1000)];
    private static readonly double[] Sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000];

    public static MetricStreamConfiguration Of(Instrument instrument)
    {
        var limit = instrument.Name == "http.server.request.duration" ? MaxRequestSeries : MaxSeries;
        return IsHistogram(instrument)
            ? new ExplicitBucketHistogramConfiguration { Boundaries = BoundsOf(instrument), CardinalityLimit = limit }
            : new MetricStreamConfiguration { CardinalityLimit = limit };
    }

    private static double[] BoundsOf(Instrument instrument) => instrument.Unit switch
    {
        "s" => Seconds,
        "ms" => Milliseconds,
        _ => Sizes,
    };

    private static bool IsHistogram(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);
}
