using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Grains.Wallets;
using Platform.Metrics;
using Platform.Wallets;

namespace Platform.Grains.Metrics;

/// <summary>
/// What a transaction of a wallet counts for: what it moved between accounts, whatever it is called. It counts when it was recorded,
/// also where it takes effect at another time, so that a day that is over keeps its figures.
/// </summary>
internal static class MoneyMapping
{
    // Of every event that is a transaction, also of those that come later.
    private static readonly FrozenDictionary<string, TransactionType> Types = typeof(WalletEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .Where(attribute => attribute.DerivedType.IsAssignableTo(typeof(WalletMoved)))
        .ToFrozenDictionary(
            attribute => (string)attribute.TypeDiscriminator!, attribute => ((WalletMoved)Activator.CreateInstance(attribute.DerivedType)!).Type, StringComparer.Ordinal);

    /// <summary>The transaction that a wallet's event of this name is; null where it is none.</summary>
    public static TransactionType? TypeOf(string name) => Types.TryGetValue(name, out var type) ? type : null;

    public static void Add(List<MetricPoint> points, DateTimeOffset at, TransactionType type, Currency currency, JsonElement json)
    {
        IReadOnlyList<Posting> postings = json.TryGetProperty("postings", out var flat)
            ? Posting.Unflatten(flat.Deserialize<long[]>())
            : [Postings.Implied(type, json.GetProperty("amount").GetInt64())];
        var dimensions = Dimensions.Of((Dimensions.Currency, currency.Code));
        var earned = postings.Into(LedgerAccount.Revenue);
        Add(BuiltInMetrics.Deposits, -postings.Into(LedgerAccount.External));
        Add(BuiltInMetrics.Charges, Math.Max(0, earned));
        Add(BuiltInMetrics.Refunds, Math.Max(0, -earned));
        Add(BuiltInMetrics.Revenue, earned);
        // What a parent has leased out is still in its balance; that the lease funds another wallet makes it no more money.
        Add(BuiltInMetrics.Balances, checked(postings.IntoBalance() + postings.Into(LedgerAccount.LeaseFunding)));

        void Add(string metric, long minor)
        {
            if (minor != 0)
            {
                points.Add(new MetricPoint(metric, at, dimensions, minor / (decimal)currency.MinorPerUnit));
            }
        }
    }
}
