using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>The metrics that are folded from the journal: their dimensions, and whether their values are money.</summary>
public static class MetricCatalogue
{
    private static readonly string[] ByCurrency = [Dimensions.Currency];
    private static readonly string[] ByCurrencyAndType = [Dimensions.Currency, Dimensions.Type];

    /// <summary>The dimensions of a metric; null where there is no such metric.</summary>
    public static IReadOnlyList<string>? DimensionsOf(string metric) => metric switch
    {
        BuiltInMetrics.Deposits or BuiltInMetrics.Charges or BuiltInMetrics.Refunds or BuiltInMetrics.Revenue => ByCurrency,
        BuiltInMetrics.Activities => ByCurrencyAndType,
        _ => null,
    };

    public static bool IsMoney(string metric) => metric != BuiltInMetrics.Activities;

    /// <summary>What a live value is counted in: the currency, or <c>count</c> where it is no money.</summary>
    public static string UnitOf(string metric, string dimensions) =>
        IsMoney(metric) && Dimensions.TryGet(dimensions, Dimensions.Currency, out var currency) ? currency : "count";
}
