using System.Collections.Frozen;
using System.Reflection;
using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Metrics;

/// <summary>All metrics that are computed from the journal, found in the metric mappings of the domains.</summary>
public static class BuiltInMetrics
{
    private static readonly FrozenDictionary<string, Metric> ByName = Scan.Concrete(typeof(BuiltInMetrics).Assembly, typeof(MetricMapping))
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(field => field.FieldType == typeof(Metric)).Select(field => (Metric)field.GetValue(null)!)
        .ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>In ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Returns the metric of a name, or null if there is none.</summary>
    public static Metric? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Returns the unit of a live value: the currency for money, otherwise <c>count</c>.</summary>
    public static string UnitOf(string metric, string dimensions) =>
        Find(metric) is { IsMoney: true } && Dimensions.TryGet(dimensions, Dimensions.Currency, out var currency) ? currency : "count";
}
