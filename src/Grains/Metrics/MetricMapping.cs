using System.Text.Json;
using Platform.Grains.Common.Journal;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>One value of a metric, in major units of its currency where it is money.</summary>
public readonly record struct MetricPoint(string Metric, DateTimeOffset At, string Dimensions, decimal Value);

/// <summary>
/// What the events of a journal row count for. Reads only the properties that it needs, so that events may grow; unknown
/// events count for nothing, and a known one that cannot be read throws.
/// </summary>
public static class MetricMapping
{
    public static IReadOnlyList<MetricPoint> Map(JournalEntry entry)
    {
        if (entry.EntityType is not ("wallet" or "activity"))
        {
            return [];
        }

        using var events = JsonDocument.Parse(entry.Events);
        var points = new List<MetricPoint>();
        foreach (var json in events.RootElement.EnumerateArray())
        {
            switch (entry.EntityType, json.GetProperty("$type").GetString())
            {
                case ("wallet", "deposited"):
                    points.Add(Money(BuiltInMetrics.Deposits, entry.At, json));
                    break;
                case ("wallet", "charged"):
                    points.Add(Money(BuiltInMetrics.Charges, entry.At, json));
                    points.Add(points[^1] with { Metric = BuiltInMetrics.Revenue });
                    break;
                case ("activity", "completed"):
                    points.Add(Activity(entry.At, json));
                    break;
                default:
                    break;
            }
        }

        return points;
    }

    private static MetricPoint Money(string metric, DateTimeOffset at, JsonElement json)
    {
        var currency = CurrencyOf(json);
        var amount = json.GetProperty("amount").GetInt64();
        return new MetricPoint(metric, at, Dimensions.Of((Dimensions.Currency, currency.Code)), amount / (decimal)currency.MinorPerUnit);
    }

    private static MetricPoint Activity(DateTimeOffset at, JsonElement json) => new(
        BuiltInMetrics.Activities,
        at,
        Dimensions.Of((Dimensions.Currency, CurrencyOf(json).Code), (Dimensions.Type, json.GetProperty("type").GetString()!)),
        json.GetProperty("quantity").GetInt64());

    private static Currency CurrencyOf(JsonElement json) => Currency.Parse(json.GetProperty("currency").GetString()!);
}
