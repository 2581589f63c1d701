using NpgsqlTypes;
using Platform.Grains.Admin;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Metrics;
using Platform.Organisations;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Admin;

/// <summary>Which organisations are asked for. Name is any part of a name, in any case.</summary>
public sealed record OrganisationFilter(OrganisationKind? Kind = null, OrganisationStatus? Status = null, string? Name = null);

/// <summary>An organisation in a list of all of them.</summary>
public sealed record OrganisationItem(
    Guid Id, string Name, OrganisationKind Kind, OrganisationStatus Status, string Currency, DateTimeOffset CreatedAt);

/// <summary>What a metric has come to since the beginning, for one combination of its dimensions.</summary>
public sealed record MetricTotal(Guid OrganisationId, string Metric, string Dimensions, decimal Sum);

/// <summary>
/// Questions about the platform as a whole, for those who may ask them: the only ones that do not name an organisation first. They read
/// running totals and rollups, at most a few rows for each organisation, and no wallet.
/// </summary>
[Singleton]
public sealed class AdminQueries(PlatformDatabase database)
{
    // The platform's own organisation counts with its super admins alone: neither it nor its technical users are customers, and what
    // a process moves on its wallet to warm up is nobody's money.
    private const string Totals = """
        SELECT metric, dimensions, sum(sum)
        FROM metric_total
        WHERE metric = ANY ($1) AND (org_id <> $2 OR (metric = 'users' AND dimensions = 'tier=super-admin'))
        GROUP BY metric, dimensions
        """;

    private const string Active = """
        SELECT count(*) FILTER (WHERE a.last_seen >= $1), count(*) FILTER (WHERE a.last_seen >= $2)
        FROM active_user a JOIN user_account u USING (org_id, user_id)
        WHERE a.last_seen >= least($1, $2) AND ($3::uuid IS NULL OR a.org_id = $3) AND (u.org_id <> $4 OR u.tier = 3)
        """;

    private const string Organisations = """
        SELECT org_id, name, kind, status, currency, created_at
        FROM organisation
        WHERE org_id <> $7
          AND ($1::timestamptz IS NULL OR (created_at, org_id) < ($1, $2))
          AND ($3::smallint IS NULL OR kind = $3)
          AND ($4::smallint IS NULL OR status = $4)
          AND ($5::text IS NULL OR strpos(lower(name), lower($5)) > 0)
        ORDER BY created_at DESC, org_id DESC
        LIMIT $6
        """;

    private const string Revenue = """
        SELECT width_bucket(r.slot, $3) - 1, r.dimensions, sum(r.sum)
        FROM organisation o JOIN metric_rollup r ON r.org_id = o.org_id AND r.metric = $1 AND r.resolution = 1 AND r.slot >= $4 AND r.slot < $5
        WHERE o.org_id <> $6 AND ($2::text IS NULL OR r.dimensions = $2)
        GROUP BY 1, 2
        """;

    /// <summary>The totals of these metrics over all organisations; the organisation of each is the platform.</summary>
    public Task<IReadOnlyList<MetricTotal>> TotalsAsync(IReadOnlyList<string> metrics, CancellationToken cancellationToken) => database.ListAsync(
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

    /// <summary>How many users were seen since each of two instants: everywhere, or in one organisation.</summary>
    public async Task<(long Now, long Today)> ActiveAsync(
        DateTimeOffset now, DateTimeOffset today, Guid? organisationId, CancellationToken cancellationToken) =>
        (await database.ListAsync(
            Active,
            [Value(now), Value(today), Optional(organisationId, NpgsqlDbType.Uuid), Value(Caller.Platform)],
            reader => (reader.GetInt64(0), reader.GetInt64(1)),
            cancellationToken))[0];

    /// <summary>Organisations, the newest first, before one, at most <paramref name="limit"/>; the platform's own is none of them.</summary>
    public Task<IReadOnlyList<OrganisationItem>> OrganisationsAsync(
        (DateTimeOffset At, Guid Id)? before, OrganisationFilter filter, int limit, CancellationToken cancellationToken) => database.ListAsync(
        Organisations,
        [
            Optional(before?.At, NpgsqlDbType.TimestampTz),
            Optional(before?.Id, NpgsqlDbType.Uuid),
            Optional((short?)filter.Kind, NpgsqlDbType.Smallint),
            Optional((short?)filter.Status, NpgsqlDbType.Smallint),
            Optional(filter.Name, NpgsqlDbType.Text),
            Value(limit),
            Value(Caller.Platform),
        ],
        reader => new OrganisationItem(
            reader.GetGuid(0), reader.GetString(1), (OrganisationKind)reader.GetInt16(2), (OrganisationStatus)reader.GetInt16(3),
            reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)),
        cancellationToken);

    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyList<Guid> organisations, CancellationToken cancellationToken) =>
        (await database.ListAsync(
            "SELECT org_id, name FROM organisation WHERE org_id = ANY ($1)",
            [Value(organisations.ToArray())],
            reader => KeyValuePair.Create(reader.GetGuid(0), reader.GetString(1)),
            cancellationToken)).ToDictionary();

    /// <summary>Revenue by bucket and currency, of all organisations or in one currency alone, from quarter hours.</summary>
    public Task<IReadOnlyList<RevenueSum>> RevenueAsync(BucketGrid grid, string? currency, CancellationToken cancellationToken) => database.ListAsync(
        Revenue,
        [
            Value(WalletMetrics.Revenue.Name),
            Optional(currency is null ? null : Dimensions.Of((Dimensions.Currency, currency)), NpgsqlDbType.Text),
            Value(grid.Starts.ToArray()),
            Value(grid.Starts[0]),
            Value(grid.End),
            Value(Caller.Platform),
        ],
        reader => new RevenueSum(
            reader.GetInt32(0), Dimensions.TryGet(reader.GetString(1), Dimensions.Currency, out var code) ? code : "", reader.GetDecimal(2)),
        cancellationToken);
}
