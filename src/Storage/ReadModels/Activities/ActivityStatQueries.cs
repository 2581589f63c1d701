using NpgsqlTypes;
using Platform.Grains.Activities;
using static Platform.Storage.Reading;

namespace Platform.Storage.ReadModels.Activities;

/// <summary>How activities are told apart in figures.</summary>
public enum ActivityGrouping
{
    None = 0,
    User = 1,
    Type = 2,
    Day = 3,
}

/// <summary>Completed activities of one group and currency; Key is a user, a type or the number of a day of the period, from 1.</summary>
public sealed record ActivityFigure(string Key, long Count, long Quantity, Money Cost);

/// <summary>Figures of activities, of the read model and by its index over time.</summary>
public sealed class ActivityStatQueries(PlatformDatabase database)
{
    private const string Completed = "org_id = $1 AND at >= $2 AND at < $3 AND status = 1";

    /// <summary>
    /// Figures of a period, in the order of key and currency. Edges are the starts of its days, which are the caller's to know: days are
    /// those of a time zone.
    /// </summary>
    public Task<IReadOnlyList<ActivityFigure>> FiguresAsync(
        Guid organisationId, ActivityGrouping grouping, DateTimeOffset from, DateTimeOffset to, Guid? userId, IReadOnlyList<DateTimeOffset> edges,
        CancellationToken cancellationToken) =>
        database.ListAsync(
            $"""
            SELECT CASE $6::smallint
                       WHEN 1 THEN user_id::text
                       WHEN 2 THEN type
                       WHEN 3 THEN to_char(width_bucket(at, $5::timestamptz[]), 'FM000000')
                       ELSE ''
                   END COLLATE "C" AS key, currency, count(*), sum(quantity)::bigint, sum(cost)
            FROM activity
            WHERE {Completed} AND ($4::uuid IS NULL OR user_id = $4)
            GROUP BY key, currency
            ORDER BY key, currency
            """,
            [
                Value(organisationId), Value(from.UtcDateTime), Value(to.UtcDateTime), Optional(userId, NpgsqlDbType.Uuid),
                Value(edges.Select(edge => edge.UtcDateTime).ToArray()), Value((short)grouping),
            ],
            reader => new ActivityFigure(
                reader.GetString(0), reader.GetInt64(2), reader.GetInt64(3), new Money(checked((long)reader.GetDecimal(4)), Currency.Parse(reader.GetString(1)))),
            cancellationToken);

    /// <summary>Completed activities of a period, oldest first, after a place.</summary>
    public Task<IReadOnlyList<RatedActivity>> RatedAsync(
        Guid organisationId, DateTimeOffset from, DateTimeOffset to, (DateTimeOffset At, Guid Id)? after, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            $"""
            SELECT activity_id, at, type, quantity, currency, cost, unit_price, price_version, used_before
            FROM activity
            WHERE {Completed} AND ($4::timestamptz IS NULL OR (at, activity_id) > ($4, $5))
            ORDER BY at, activity_id
            LIMIT $6
            """,
            [
                Value(organisationId), Value(from.UtcDateTime), Value(to.UtcDateTime), Optional(after?.At.UtcDateTime, NpgsqlDbType.TimestampTz),
                Optional(after?.Id, NpgsqlDbType.Uuid), Value(limit),
            ],
            reader =>
            {
                var currency = Currency.Parse(reader.GetString(4));
                return new RatedActivity(
                    reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetInt32(3), new Money(reader.GetInt64(5), currency),
                    new Money(reader.GetInt64(6), currency), reader.Optional<int>(7), reader.Optional<long>(8));
            },
            cancellationToken);
}
