namespace Platform.Grains.Metrics;

/// <summary>
/// A metric that is folded from the journal. Name and dimensions are for life: stored rollups have them. Values of money are in major units of
/// the currency, which is a dimension.
/// </summary>
public sealed record Metric(string Name, bool IsMoney, params IReadOnlyList<string> Dimensions)
{
    public static Metric Money(string name) => new(name, true, Metrics.Dimensions.Currency);

    public static Metric Count(string name, params IReadOnlyList<string> dimensions) => new(name, false, dimensions);
}

/// <summary>One value of a metric, in major units of its currency if it is money.</summary>
public readonly record struct MetricPoint(string Metric, DateTimeOffset At, string Dimensions, decimal Value);
