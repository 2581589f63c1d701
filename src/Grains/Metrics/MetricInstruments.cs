using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>Instruments of the metrics domain: meter and activity source <c>Platform.Metrics</c>.</summary>
public static class MetricInstruments
{
    public const string Name = "Platform.Metrics";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> FlushSeconds = Meter.CreateHistogram<double>(
        "platform.metrics.flush", "s", "Duration of storing rollups and token.");

    internal static readonly Histogram<int> FlushSlots = Meter.CreateHistogram<int>(
        "platform.metrics.flush_slots", description: "Slots stored at once.");

    internal static readonly Histogram<double> QuerySeconds = Meter.CreateHistogram<double>(
        "platform.metrics.query", "s", "Duration of a series query.");

    internal static readonly Histogram<double> LiveSeconds = Meter.CreateHistogram<double>(
        "platform.metrics.live", "s", "Time from the commit of the newest row in a live update to its push.");
}
