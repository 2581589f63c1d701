using System.Globalization;
using NodaTime;
using Platform.Grains.Admin;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Identity;
using Platform.Grains.Metrics;
using Platform.Grains.Organisations;
using Platform.Grains.Wallets;
using Platform.Organisations;
using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>Computes the platform's figures from running totals.</summary>
[Singleton]
public sealed class AdminFigures(AdminQueries queries, TimeProvider time)
{
    private static readonly TimeSpan ActiveFor = TimeSpan.FromMinutes(15);
    private static readonly string[] Tiers = ["super-admin", "enterprise", "individual", "sub-user"];
    private static readonly string[] Kinds = ["enterprise", "individual"];
    private static readonly string[] Metrics =
    [
        .. new[]
        {
            OrganisationMetrics.Organisations, OrganisationMetrics.Suspended, UserMetrics.Users, UserMetrics.Disabled, WalletMetrics.Opened,
            WalletMetrics.Balances, WalletMetrics.Revenue, WalletMetrics.Deposits, WalletMetrics.Charges, WalletMetrics.Refunds,
        }.Select(metric => metric.Name),
    ];

    public async Task<OverviewResponse> OverviewAsync(string timeZone, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var active = ActiveAsync(now, timeZone, null, cancellationToken);
        var totals = await queries.TotalsAsync(Metrics, cancellationToken);
        var kinds = Counts(totals, OrganisationMetrics.Organisations, Dimensions.Kind, Kinds);
        var (all, suspended) = (kinds.Values.Sum(), Sum(totals, OrganisationMetrics.Suspended));
        return new OverviewResponse(
            now, timeZone, new OrganisationCounts(all, all - suspended, suspended, kinds), Users(totals, await active), Wallets(totals),
            Money(totals));
    }

    public async Task<OrganisationDetail> DetailAsync(OrganisationView organisation, CancellationToken cancellationToken)
    {
        var active = ActiveAsync(time.GetUtcNow(), organisation.TimeZone, organisation.Id, cancellationToken);
        var totals = await queries.TotalsAsync([organisation.Id], Metrics, cancellationToken);
        return new OrganisationDetail(organisation, Users(totals, await active), Wallets(totals), Money(totals));
    }

    public async Task<IReadOnlyList<OrganisationSummary>> SummariesAsync(
        IReadOnlyList<OrganisationItem> items, CancellationToken cancellationToken)
    {
        var totals = (await queries.TotalsAsync([.. items.Select(item => item.Id)], Metrics, cancellationToken))
            .ToLookup(total => total.OrganisationId);
        return
        [
            .. items.Select(item =>
            {
                IReadOnlyList<MetricTotal> own = [.. totals[item.Id]];
                var tiers = Counts(own, UserMetrics.Users, Dimensions.Tier, Tiers);
                return new OrganisationSummary(
                    item.Id, item.Name, item.Kind, item.Status, item.Currency, item.CreatedAt, tiers.Values.Sum(), tiers["sub-user"],
                    Wallets(own).Total, Amounts(own, WalletMetrics.Revenue), Amounts(own, WalletMetrics.Balances));
            }),
        ];
    }

    public async Task<RevenueResponse> RevenueAsync(
        BucketGrid grid, string granularity, string timeZone, string? currency, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sums = await queries.RevenueAsync(grid, currency, cancellationToken);
        var buckets = RevenueDecisions.Fold(grid, sums, currency);
        return new RevenueResponse(
            granularity,
            timeZone,
            [.. buckets.Select((amounts, bucket) =>
                new RevenueBucket(grid[bucket].Start, grid[bucket].End, grid[bucket].End > now, Amounts(amounts)))],
            Amounts(buckets[0].Keys.ToDictionary(code => code, code => buckets.Sum(bucket => bucket[code]))));
    }

    private Task<(long Now, long Today)> ActiveAsync(
        DateTimeOffset now, string timeZone, Guid? organisationId, CancellationToken cancellationToken) =>
        queries.ActiveAsync(
            now - ActiveFor, RevenueDecisions.StartOfDay(now, DateTimeZoneProviders.Tzdb[timeZone]), organisationId, cancellationToken);

    private static UserCounts Users(IReadOnlyList<MetricTotal> totals, (long Now, long Today) active)
    {
        var tiers = Counts(totals, UserMetrics.Users, Dimensions.Tier, Tiers);
        return new UserCounts(tiers.Values.Sum(), Sum(totals, UserMetrics.Disabled), active.Now, active.Today, tiers);
    }

    private static WalletCounts Wallets(IReadOnlyList<MetricTotal> totals)
    {
        var currencies = Counts(totals, WalletMetrics.Opened, Dimensions.Currency, []);
        return new WalletCounts(currencies.Values.Sum(), currencies);
    }

    private static MoneyFigures Money(IReadOnlyList<MetricTotal> totals) => new(
        Amounts(totals, WalletMetrics.Balances), Amounts(totals, WalletMetrics.Revenue), Amounts(totals, WalletMetrics.Deposits),
        Amounts(totals, WalletMetrics.Charges), Amounts(totals, WalletMetrics.Refunds));

    private static SortedDictionary<string, long> Counts(
        IReadOnlyList<MetricTotal> totals, Metric metric, string dimension, string[] alwaysPresent)
    {
        var counts = new SortedDictionary<string, long>(alwaysPresent.ToDictionary(name => name, _ => 0L), StringComparer.Ordinal);
        foreach (var total in totals.Where(total => total.Metric == metric.Name))
        {
            if (Dimensions.TryGet(total.Dimensions, dimension, out var name))
            {
                counts[name] = counts.GetValueOrDefault(name) + (long)total.Sum;
            }
        }

        return counts;
    }

    private static long Sum(IReadOnlyList<MetricTotal> totals, Metric metric) =>
        (long)totals.Where(total => total.Metric == metric.Name).Sum(total => total.Sum);

    private static IReadOnlyList<MoneyTotal> Amounts(IReadOnlyList<MetricTotal> totals, Metric metric)
    {
        var amounts = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var total in totals.Where(total => total.Metric == metric.Name))
        {
            if (Dimensions.TryGet(total.Dimensions, Dimensions.Currency, out var currency))
            {
                amounts[currency] = amounts.GetValueOrDefault(currency) + total.Sum;
            }
        }

        return Amounts(amounts);
    }

    private static IReadOnlyList<MoneyTotal> Amounts(IEnumerable<KeyValuePair<string, decimal>> amounts) =>
    [
        .. amounts.OrderBy(amount => amount.Key, StringComparer.Ordinal)
            .Select(amount => new MoneyTotal(
                amount.Value.ToString($"F{Currency.Parse(amount.Key).Digits}", CultureInfo.InvariantCulture), amount.Key)),
    ];
}
