namespace Platform.Grains.Metrics;

/// <summary>
/// A metric that is computed from the journal. Name and dimensions must never change, because stored rollups contain them. Money is in
/// major units of the currency, which is a dimension.
/// </summary>
public sealed record Metric(string Name, bool IsMoney, params IReadOnlyList<string> Dimensions)
{
    public static Metric Money(string name) => new(name, true, Metrics.Dimensions.Currency);

    public static Metric Count(string name, params IReadOnlyList<string> dimensions) => new(name, false, dimensions);
}

/// <summary>A value of a metric; money is in major units of its currency.</summary>
public readonly record struct MetricPoint(string Metric, DateTimeOffset At, string Dimensions, decimal Value);
