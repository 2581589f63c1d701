using System.Collections.Frozen;
using System.Reflection;
using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Metrics;

/// <summary>All metrics that are folded from the journal, found where the mappings of the domains declare them.</summary>
public static class BuiltInMetrics
{
    private static readonly FrozenDictionary<string, Metric> ByName = Scan.Concrete(typeof(BuiltInMetrics).Assembly, typeof(MetricMapping))
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(field => field.FieldType == typeof(Metric)).Select(field => (Metric)field.GetValue(null)!)
        .ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>In ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The metric; null if there is none of this name.</summary>
    public static Metric? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What a live value is counted in: the currency of money, else <c>count</c>.</summary>
    public static string UnitOf(string metric, string dimensions) =>
        Find(metric) is { IsMoney: true } && Dimensions.TryGet(dimensions, Dimensions.Currency, out var currency) ? currency : "count";
}
