using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.Grains.Engine.Streams;

/// <summary>Metrics and traces of the journal stream: meter and activity source <c>Platform.Streams</c>.</summary>
public static class StreamInstruments
{
    public const string Name = "Platform.Streams";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Lag = Meter.CreateHistogram<double>(
        "platform.streams.lag", "s", "Age of the newest row of a delivery when a consumer applies it.");

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "platform.streams.deliveries", description: "Deliveries to consumers, by outcome: applied, duplicate, gap.");

    private static readonly Counter<long> Quarantined = Meter.CreateCounter<long>(
        "platform.streams.quarantined", description: "Journal rows that a consumer could not apply.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "platform.streams.retries", description: "Times a consumer or reader retried because something it needs did not answer.");

    private static readonly Counter<long> LostRaces = Meter.CreateCounter<long>(
        "platform.streams.lost_tokens", description: "Times an activation found that another had moved its token.");

    /// <summary>Creates the counters of failures with 0, so that the first failure shows as an increase.</summary>
    internal static void Begin(string consumer)
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[Quarantined, Retries, LostRaces])
        {
            counter.Add(0, Tag("consumer", consumer));
        }
    }

    internal static void Delivered(string consumer, string outcome, TimeSpan? lag)
    {
        Deliveries.Add(1, Tag("consumer", consumer), Tag("outcome", outcome));
        if (lag is { } age)
        {
            Lag.Record(Math.Max(0, age.TotalSeconds), Tag("consumer", consumer));
        }
    }

    internal static void Quarantine(string consumer) => Quarantined.Add(1, Tag("consumer", consumer));

    internal static void Retry(string who) => Retries.Add(1, Tag("consumer", who));

    internal static void LostToken(string consumer) => LostRaces.Add(1, Tag("consumer", consumer));

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
