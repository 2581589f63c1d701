using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// What the transactions of a wallet count for: what they moved between accounts, whatever they are called. They count when they were recorded,
/// even if they take effect at another time, so that a day that is over keeps its figures.
/// </summary>
public sealed class WalletMetrics : MetricMapping<WalletDefinition, WalletEvent>
{
    public static readonly Metric Deposits = Metric.Money("wallet.deposits");
    public static readonly Metric Charges = Metric.Money("wallet.charges");
    public static readonly Metric Refunds = Metric.Money("wallet.refunds");
    public static readonly Metric Revenue = Metric.Money("revenue");

    /// <summary>What balances changed by: the sum since the beginning is what the wallets hold.</summary>
    public static readonly Metric Balances = Metric.Money("wallet.balances");

    public static readonly Metric Opened = Metric.Count("wallets.opened", Dimensions.Currency);

    protected override void Count(WalletEvent @event, JournalEntry entry, MetricPoints points)
    {
        switch (@event)
        {
            case WalletOpened opened:
                points.Add(Opened, 1, Currency.Parse(opened.Currency).Code);
                break;
            case WalletMoved moved:
                Count(moved, points);
                break;
            default:
                break;
        }
    }

    private static void Count(WalletMoved moved, MetricPoints points)
    {
        if (moved is { Amount: 0, Postings: null })
        {
            throw new FormatException("A transaction without an amount and without postings.");
        }

        var postings = Postings.Of(moved);
        var currency = Currency.Parse(moved.Currency);
        var earned = postings.Into(LedgerAccount.Revenue);
        points.Add(Deposits, -postings.Into(LedgerAccount.External), currency);
        points.Add(Charges, Math.Max(0, earned), currency);
        points.Add(Refunds, Math.Max(0, -earned), currency);
        points.Add(Revenue, earned, currency);

        // What a parent has leased out is still in its balance: the lease funds another wallet, but makes no more money.
        points.Add(Balances, checked(postings.IntoBalance() + postings.Into(LedgerAccount.LeaseFunding)), currency);
    }
}
