using Npgsql;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Activities;

/// <summary>How statistics of activities are grouped.</summary>
public enum ActivityGrouping
{
    None = 0,
    User = 1,
    Type = 2,
    Day = 3,
}

/// <summary>Totals of one group and currency. Key is a user, a type, or the number of a day in the period, counted from 1.</summary>
public sealed record ActivityFigure(string Key, long Count, Quantity Quantity, Money Cost);

/// <summary>Statistics of activities from the read model.</summary>
[Singleton]
public sealed class ActivityStatQueries(PlatformDatabase database)
{
    /// <summary>
    /// Returns the totals of a period, ordered by key and currency. Edges are the starts of its days, which the caller computes for its
    /// time zone.
    /// </summary>
    public Task<IReadOnlyList<ActivityFigure>> FiguresAsync(
        Guid organisationId, ActivityGrouping grouping, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<Guid>? users,
        IReadOnlyList<DateTimeOffset> edges,
        CancellationToken cancellationToken) =>
        database.ListAsync(
            ListQuery.Of(
                $"""
                SELECT CASE {grouping}::smallint
                           WHEN 1 THEN user_id::text
                           WHEN 2 THEN type
                           WHEN 3 THEN to_char(width_bucket(at, {edges}::timestamptz[]), 'FM000000')
                           ELSE ''
                       END COLLATE "C" AS key, currency, count(*), sum(quantity)::bigint, sum(cost), coalesce(sum(quantity_rest), 0)::bigint
                FROM activity
                """)
                .Where($"org_id = {organisationId} AND at >= {from} AND at < {to} AND status = 1")
                .IfGiven($"user_id = ANY ({users})")
                .Then($"GROUP BY key, currency ORDER BY key, currency"),
            reader => new ActivityFigure(
                reader.GetString(0), reader.GetInt64(2), new Quantity(((Int128)reader.GetInt64(3) * Quantity.PerUnit) + reader.GetInt64(5)),
                new Money(checked((long)reader.GetDecimal(4)), Currency.Parse(reader.GetString(1)))),
            cancellationToken);

    /// <summary>
    /// Lists the completed and authorised activities of all months that a period touches, by user and time. Counts is true for the
    /// completed ones within the period.
    /// </summary>
    public Task<IReadOnlyList<RatedActivity>> CountedAsync(
        Guid organisationId, DateTimeOffset from, DateTimeOffset to, (Guid UserId, DateTimeOffset At, Guid Id)? after, int limit,
        CancellationToken cancellationToken) =>
        database.ListAsync(
            ListQuery.Of(
                $"""
                SELECT activity_id, at, type, quantity, currency, cost, unit_price, price_version, used_before, user_id, month,
                       quantity_rest, unit_price_rest, used_rest, places, status = 1 AND at >= {from} AND at < {to}
                FROM activity
                """)
                .Where($"org_id = {organisationId} AND status IN (1, 3)")
                .Where($"at >= {from} - interval '32 days' AND at < {to} + interval '32 days'")
                .Ascending("user_id, at, activity_id", $"{after?.UserId}, {after?.At}, {after?.Id}")
                .Limit(limit),
            reader =>
            {
                var currency = Currency.Parse(reader.GetString(4));
                return new RatedActivity(
                    reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.Quantity(3, 11),
                    new Money(reader.GetInt64(5), currency),
                    new UnitPrice(reader.GetInt64(6), currency, reader.Optional<long>(12) ?? 0), reader.Optional<int>(7),
                    reader.UsedBefore(8, 13), reader.GetGuid(9),
                    reader.Text(10), reader.Text(14) is { } places ? JournalJson.Read<UsageSpan[]>(places) : null, reader.GetBoolean(15));
            },
            cancellationToken);
}

/// <summary>Reads quantities from two columns: whole units, and millionths if there are any.</summary>
internal static class QuantityColumns
{
    public static Quantity Quantity(this NpgsqlDataReader reader, int whole, int rest) =>
        Platform.Activities.Quantity.Of(reader.GetFieldValue<int>(whole), reader.Optional<int>(rest) ?? 0);

    public static Quantity? UsedBefore(this NpgsqlDataReader reader, int whole, int rest) => reader.Optional<long>(whole) is { } used
        ? Platform.Activities.Quantity.Of(used, reader.Optional<int>(rest) ?? 0)
        : null;
}
