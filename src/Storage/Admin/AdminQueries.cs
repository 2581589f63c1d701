using Platform.Grains.Admin;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Organisations;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using Platform.Storage.Organisations;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Admin;

/// <summary>Filters organisations. Name matches any part of a name, in any case.</summary>
public sealed record OrganisationFilter(OrganisationKind? Kind = null, OrganisationStatus? Status = null, string? Name = null);

/// <summary>An organisation in the list of all organisations.</summary>
public sealed record OrganisationItem(
    Guid Id, string Name, OrganisationKind Kind, OrganisationStatus Status, string Currency, DateTimeOffset CreatedAt);

/// <summary>The all-time total of a metric for one combination of its dimensions.</summary>
public sealed record MetricTotal(Guid OrganisationId, string Metric, string Dimensions, decimal Sum);

/// <summary>
/// Queries across all organisations, for platform administrators: the only ones without an organisation filter. They read running totals
/// and rollups, at most a few rows per organisation, and no wallets.
/// </summary>
[Singleton]
public sealed class AdminQueries(PlatformDatabase database)
{
    // Of the platform's own organisation, only super admins count: the organisation and its technical users are not customers, and the
    // money that warm-up moves on its wallet is not real.
    private const string Totals = """
        SELECT metric, dimensions, sum(sum)
        FROM metric_total
        WHERE metric = ANY ($1) AND (org_id <> $2 OR (metric = 'users' AND dimensions = 'tier=super-admin'))
        GROUP BY metric, dimensions
        """;

    /// <summary>The totals of these metrics over all organisations. Their OrganisationId is the platform.</summary>
    public Task<IReadOnlyList<MetricTotal>> TotalsAsync(IReadOnlyList<string> metrics, CancellationToken cancellationToken) =>
        database.ListAsync(
        Totals,
        [Value(metrics.ToArray()), Value(Caller.Platform)],
        reader => new MetricTotal(Caller.Platform, reader.GetString(0), reader.GetString(1), reader.GetDecimal(2)),
        cancellationToken);

    /// <summary>The totals of each of these organisations.</summary>
    public Task<IReadOnlyList<MetricTotal>> TotalsAsync(
        IReadOnlyList<Guid> organisations, IReadOnlyList<string> metrics, CancellationToken cancellationToken) => database.ListAsync(
        "SELECT org_id, metric, dimensions, sum FROM metric_total WHERE org_id = ANY ($1) AND metric = ANY ($2)",
        [Value(organisations.ToArray()), Value(metrics.ToArray())],
        reader => new MetricTotal(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetDecimal(3)),
        cancellationToken);

    /// <summary>The number of users seen since each of two instants, in all organisations or in one.</summary>
    public async Task<(long Now, long Today)> ActiveAsync(
        DateTimeOffset now, DateTimeOffset today, Guid? organisationId, CancellationToken cancellationToken) =>
        (await database.ListAsync(
            ListQuery.Of(
                $"""
                SELECT count(*) FILTER (WHERE a.last_seen >= {now}), count(*) FILTER (WHERE a.last_seen >= {today})
                FROM active_user a JOIN user_account u USING (org_id, user_id)
                """)
                .Where($"a.last_seen >= least({now}, {today}) AND (u.org_id <> {Caller.Platform} OR u.tier = 3)")
                .IfGiven($"a.org_id = {organisationId}"),
            reader => (reader.GetInt64(0), reader.GetInt64(1)),
            cancellationToken))[0];

    /// <summary>Lists organisations, newest first, without the platform's own.</summary>
    public Task<IReadOnlyList<OrganisationItem>> OrganisationsAsync(
        (DateTimeOffset At, Guid Id)? before, OrganisationFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
        OrganisationTable.Table.Select("org_id, name, kind, status, currency, created_at")
            .Where($"org_id <> {Caller.Platform}")
            .IfGiven($"kind = {filter.Kind}")
            .IfGiven($"status = {filter.Status}")
            .IfGiven($"strpos(lower(name), lower({filter.Name})) > 0")
            .Descending("created_at, org_id", $"{before?.At}, {before?.Id}")
            .Limit(limit),
        reader => new OrganisationItem(
            reader.GetGuid(0), reader.GetString(1), (OrganisationKind)reader.GetInt16(2), (OrganisationStatus)reader.GetInt16(3),
            reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)),
        cancellationToken);

    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(
        IReadOnlyList<Guid> organisations, CancellationToken cancellationToken) =>
        (await database.ListAsync(
            "SELECT org_id, name FROM organisation WHERE org_id = ANY ($1)",
            [Value(organisations.ToArray())],
            reader => KeyValuePair.Create(reader.GetGuid(0), reader.GetString(1)),
            cancellationToken)).ToDictionary();

    /// <summary>Revenue by bucket and currency over all organisations, optionally in one currency, from 15-minute rollups.</summary>
    public Task<IReadOnlyList<RevenueSum>> RevenueAsync(BucketGrid grid, string? currency, CancellationToken cancellationToken) =>
        database.ListAsync(
        ListQuery.Of(
            $"""
            SELECT width_bucket(r.slot, {grid.Starts}) - 1, r.dimensions, sum(r.sum)
            FROM organisation o JOIN metric_rollup r ON r.org_id = o.org_id AND r.metric = {WalletMetrics.Revenue.Name} AND r.resolution = 1
                 AND r.slot >= {grid.Starts[0]} AND r.slot < {grid.End}
            """)
            .Where($"o.org_id <> {Caller.Platform}")
            .IfGiven($"r.dimensions = {(currency is null ? null : Dimensions.Of((Dimensions.Currency, currency)))}")
            .Then($"GROUP BY 1, 2"),
        reader => new RevenueSum(
            reader.GetInt32(0), Dimensions.TryGet(reader.GetString(1), Dimensions.Currency, out var code) ? code : "",
            reader.GetDecimal(2)),
        cancellationToken);
}
