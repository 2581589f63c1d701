using System.Text.Json;
using Platform.Grains.Common.Journal;
using Platform.Grains.Wallets;
using Platform.Metrics;
using Platform.Wallets;

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
            var name = json.GetProperty("$type").GetString();
            if (entry.EntityType == "wallet" && TypeOf(name) is { } type)
            {
                Money(points, entry.At, type, json);
            }
            else if ((entry.EntityType, name) == ("activity", "completed"))
            {
                points.Add(Activity(entry.At, json));
            }
        }

        return points;
    }

    // Of a transaction counts what it moved between accounts, whatever it is called; most move nothing that is counted.
    private static TransactionType? TypeOf(string? name) => name switch
    {
        "deposited" => TransactionType.Deposit,
        "charged" => TransactionType.Charge,
        "captured" => TransactionType.Capture,
        "refunded" => TransactionType.Refund,
        "reversed" => TransactionType.Reversal,
        _ => null,
    };

    private static void Money(List<MetricPoint> points, DateTimeOffset at, TransactionType type, JsonElement json)
    {
        IReadOnlyList<Posting> postings = json.TryGetProperty("postings", out var flat)
            ? Posting.Unflatten(flat.Deserialize<long[]>())
            : [Postings.Implied(type, json.GetProperty("amount").GetInt64())];
        var currency = CurrencyOf(json);
        var dimensions = Dimensions.Of((Dimensions.Currency, currency.Code));
        var (earned, deposited) = (postings.Into(LedgerAccount.Revenue), -postings.Into(LedgerAccount.External));
        Add(BuiltInMetrics.Deposits, deposited);
        Add(BuiltInMetrics.Charges, Math.Max(0, earned));
        Add(BuiltInMetrics.Refunds, Math.Max(0, -earned));
        Add(BuiltInMetrics.Revenue, earned);

        void Add(string metric, long minor)
        {
            if (minor != 0)
            {
                points.Add(new MetricPoint(metric, at, dimensions, minor / (decimal)currency.MinorPerUnit));
            }
        }
    }

    private static MetricPoint Activity(DateTimeOffset at, JsonElement json) => new(
        BuiltInMetrics.Activities,
        at,
        Dimensions.Of((Dimensions.Currency, CurrencyOf(json).Code), (Dimensions.Type, json.GetProperty("type").GetString()!)),
        json.GetProperty("quantity").GetInt64());

    private static Currency CurrencyOf(JsonElement json) => Currency.Parse(json.GetProperty("currency").GetString()!);
}
