using Platform.Grains.Metrics;
using Platform.Metrics;

namespace Platform.Api.Push;

/// <summary>The values of one widget. Its id is the name of its metric.</summary>
public sealed record LiveWidget(string WidgetId, IReadOnlyList<LiveUnitValue> Values);

/// <summary>Running totals in one unit, such as a currency, for today (UTC) and the current minute.</summary>
public sealed record LiveUnitValue(string Unit, decimal Today, long CountToday, decimal Minute, long CountMinute);

/// <summary>The whole dashboard at one offset. Recovered means that no update was missed.</summary>
public sealed record LiveSnapshotMessage(
    string DashboardId, string Epoch, long Offset, bool Recovered, DateTimeOffset At, IReadOnlyList<LiveWidget> Widgets);

/// <summary>
/// The changed values of one widget. They are totals, so a later message replaces an earlier one; offsets skip if updates were merged for
/// a slow client.
/// </summary>
public sealed record LiveUpdateMessage(
    string DashboardId, string WidgetId, string Epoch, long Offset, DateTimeOffset At, DateTimeOffset CommittedAt,
    IReadOnlyList<LiveUnitValue> Values);

/// <summary>The answer to a subscription: the offset after which updates continue.</summary>
public sealed record LiveSubscription(string DashboardId, string Epoch, long Offset, bool Recovered);

internal static class LiveShapes
{
    public static LiveUnitValue ToUnit(this LiveValue value) =>
        new(value.Unit, value.Today, value.CountToday, value.Minute, value.CountMinute);

    public static IReadOnlyList<LiveWidget> ToWidgets(this IEnumerable<LiveValue> values)
    {
        var byMetric = values.GroupBy(value => value.Metric, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.Select(ToUnit).OrderBy(value => value.Unit, StringComparer.Ordinal).ToList(),
                StringComparer.Ordinal);
        return [.. BuiltInMetrics.Names.Union(byMetric.Keys, StringComparer.Ordinal)
            .Select(metric => new LiveWidget(metric, byMetric.TryGetValue(metric, out var units) ? units : []))];
    }
}
