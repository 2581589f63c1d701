using Platform.Activities;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Activities;

/// <summary>A filter of activities; To is exclusive.</summary>
public sealed record ActivityFilter(
    string? Type = null,
    IReadOnlyList<Guid>? Users = null,
    ActivityStatus? Status = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null);

/// <summary>A completed activity in a usage report.</summary>
public sealed record ActivityUse(
    Guid Id, DateTimeOffset At, string Type, Quantity Quantity, Money Cost, int? PriceVersion, string? Subject);

/// <summary>Queries of activities.</summary>
[Singleton]
public sealed class ActivityQueries(PlatformDatabase database)
{
    /// <summary>Lists activities before an instant and id, newest first.</summary>
    public Task<IReadOnlyList<ActivityView>> ListAsync(
        Guid organisationId, (DateTimeOffset At, Guid Id)? before, ActivityFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            ActivityTable.Table.Select(
                """
                activity_id, type, quantity, currency, unit_price, cost, user_id, wallet_id, transaction_id, status, subject, at, metadata,
                version, price_version, used_before, month, time_zone, ended_at, hold_id, expires_at, quantity_rest, unit_price_rest,
                used_rest, actor_id
                """)
                .Where($"org_id = {organisationId}")
                .IfGiven($"type = {filter.Type}")
                .IfGiven($"user_id = ANY ({filter.Users})")
                .IfGiven($"status = {filter.Status}")
                .IfGiven($"at >= {filter.From}")
                .IfGiven($"at < {filter.To}")
                .Descending("at, activity_id", $"{before?.At}, {before?.Id}")
                .Limit(limit),
            reader =>
            {
                var unit = Currency.Parse(reader.GetString(3));
                return new ActivityView(
                    reader.GetGuid(0), reader.GetString(1), reader.Quantity(2, 21),
                    new UnitPrice(reader.GetInt64(4), unit, reader.Optional<long>(22) ?? 0),
                    new Money(reader.GetInt64(5), unit),
                    reader.GetGuid(6), reader.GetGuid(7), reader.Optional<Guid>(8), (ActivityStatus)reader.GetInt16(9),
                    reader.Text(10), reader.GetFieldValue<DateTimeOffset>(11), reader.Metadata(12), reader.GetInt64(13),
                    reader.Optional<int>(14), reader.UsedBefore(15, 23), reader.Text(16), reader.Text(17),
                    reader.Optional<DateTimeOffset>(18),
                    null, reader.Optional<Guid>(19), reader.Optional<DateTimeOffset>(20),
                    reader.Optional<Guid>(24) ?? reader.GetGuid(6)); // Old activities have no actor; their user requested them.
            },
            cancellationToken);

    /// <summary>
    /// Lists a user's completed activities that started in a period and ended before an instant, oldest first, so that a repeated query
    /// returns the same.
    /// </summary>
    public Task<IReadOnlyList<ActivityUse>> UsesAsync(
        Guid organisationId, Guid userId, DateTimeOffset from, DateTimeOffset to, DateTimeOffset asOf, int limit,
        CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT activity_id, at, type, quantity, currency, cost, price_version, subject, quantity_rest
            FROM activity
            WHERE org_id = $1 AND user_id = $2 AND at >= $3 AND at < $4 AND status = 1 AND coalesce(ended_at, at) < $5
            ORDER BY at, activity_id
            LIMIT $6
            """,
            [Value(organisationId), Value(userId), Value(from.UtcDateTime), Value(to.UtcDateTime), Value(asOf.UtcDateTime), Value(limit)],
            reader => new ActivityUse(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.Quantity(3, 8),
                new Money(reader.GetInt64(5), Currency.Parse(reader.GetString(4))), reader.Optional<int>(6), reader.Text(7)),
            cancellationToken);

    /// <summary>Lists activities of all organisations that are due to be resumed, longest overdue first.</summary>
    public Task<IReadOnlyList<EntityKey>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            "SELECT org_id, activity_id FROM activity WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
            [Value(now.UtcDateTime), Value(limit)],
            reader => new EntityKey(reader.GetGuid(0), reader.GetGuid(1)),
            cancellationToken);
}
