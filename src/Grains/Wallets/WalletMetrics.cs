using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Metrics of wallets, computed from postings and not from transaction types. Transactions count when they are recorded, even if they are
/// backdated, so that the figures of past days do not change.
/// </summary>
public sealed class WalletMetrics : MetricMapping<WalletDefinition, WalletEvent>
{
    public static readonly Metric Deposits = Metric.Money("wallet.deposits");
    public static readonly Metric Charges = Metric.Money("wallet.charges");
    public static readonly Metric Refunds = Metric.Money("wallet.refunds");
    public static readonly Metric Revenue = Metric.Money("revenue");

    /// <summary>Changes of balances; the sum over all time is the total balance of the wallets.</summary>
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
            throw new FormatException("The transaction has neither an amount nor postings.");
        }

        var postings = Postings.Of(moved);
        var currency = Currency.Parse(moved.Currency);
        var earned = postings.Into(LedgerAccount.Revenue);
        points.Add(Deposits, -postings.Into(LedgerAccount.External), currency);
        points.Add(Charges, Math.Max(0, earned), currency);
        points.Add(Refunds, Math.Max(0, -earned), currency);
        points.Add(Revenue, earned, currency);

        // Leased money is still in the parent's balance, so a lease must not count twice.
        points.Add(Balances, checked(postings.IntoBalance() + postings.Into(LedgerAccount.LeaseFunding)), currency);
    }
}
