using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>What the metrics domain reports of itself: meter and activity source <c>Platform.Metrics</c>.</summary>
public static class MetricInstruments
{
    public const string Name = "Platform.Metrics";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> FlushSeconds = Meter.CreateHistogram<double>(
        "platform.metrics.flush", "s", "How long it takes to store rollups and token.");

    internal static readonly Histogram<int> FlushSlots = Meter.CreateHistogram<int>(
        "platform.metrics.flush_slots", description: "Slots per store.");

    internal static readonly Histogram<double> QuerySeconds = Meter.CreateHistogram<double>(
        "platform.metrics.query", "s", "How long it takes to answer a series.");

    internal static readonly Histogram<double> LiveSeconds = Meter.CreateHistogram<double>(
        "platform.metrics.live", "s", "From the commit of the newest row in a live update to its push.");
}
