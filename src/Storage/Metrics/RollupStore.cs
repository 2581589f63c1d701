using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Metrics;

/// <summary>
/// The tables <c>metric_rollup</c>, <c>metric_total</c> and <c>active_user</c>, read and written together with their consumer's token.
/// </summary>
[Singleton(typeof(IRollupStore))]
public sealed class RollupStore(PlatformDatabase database) : IRollupStore
{
    internal static readonly Table Rollups = new("metric_rollup", TableKind.Derived, OrganisationMetricsGrain.ConsumerName);
    internal static readonly Table Totals = new("metric_total", TableKind.Derived, OrganisationMetricsGrain.ConsumerName);
    internal static readonly Table ActiveUsers = new("active_user", TableKind.Derived, OrganisationMetricsGrain.ConsumerName);

    // If past events must count differently, increase this and rebuild the rollups in a migration.
    private const string Folding = "1";

    private const string Add = $"""
        {TokenMoveSql.With},
        added AS (
            INSERT INTO metric_rollup AS stored (org_id, metric, resolution, slot, dimensions, count, sum, min, max, folding)
            SELECT $1, d.metric, d.resolution, d.slot, d.dimensions, d.count, d.sum, d.min, d.max, {Folding}
            FROM won, unnest($11, $12, $13, $14, $15, $16, $17, $18) AS d (metric, resolution, slot, dimensions, count, sum, min, max)
            ORDER BY d.metric, d.resolution, d.slot, d.dimensions
            ON CONFLICT (org_id, metric, resolution, slot, dimensions) DO UPDATE SET
                count = stored.count + excluded.count,
                sum = stored.sum + excluded.sum,
                min = least(stored.min, excluded.min),
                max = greatest(stored.max, excluded.max)),
        totals AS (
            INSERT INTO metric_total AS stored (org_id, metric, dimensions, count, sum)
            SELECT $1, d.metric, d.dimensions, sum(d.count), sum(d.sum)
            FROM won, unnest($11, $12, $14, $15, $16) AS d (metric, resolution, dimensions, count, sum)
            WHERE d.resolution = 1
            GROUP BY d.metric, d.dimensions
            ORDER BY d.metric, d.dimensions
            ON CONFLICT (org_id, metric, dimensions) DO UPDATE SET
                count = stored.count + excluded.count,
                sum = stored.sum + excluded.sum),
        seen AS (
            INSERT INTO active_user AS stored (org_id, user_id, first_seen, last_seen)
            SELECT $1, s.user_id, s.first_seen, s.last_seen
            FROM won, unnest($19, $20, $21) AS s (user_id, first_seen, last_seen)
            ORDER BY s.user_id
            ON CONFLICT (org_id, user_id) DO UPDATE SET
                first_seen = least(stored.first_seen, excluded.first_seen),
                last_seen = greatest(stored.last_seen, excluded.last_seen))
        SELECT count(*) FROM won
        """;

    // One statement reads token and rollups in one snapshot. It returns the token even without any rollup.
    private const string Read = """
        SELECT t.xid, t.position, b.metric, b.bucket, b.dimensions, b.count, b.sum, b.min, b.max
        FROM (SELECT) AS one
        LEFT JOIN consumer_token t ON t.org_id = $1 AND t.consumer = $2
        LEFT JOIN (
            SELECT metric, width_bucket(slot, $5) - 1 AS bucket, dimensions,
                sum(count)::bigint AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max
            FROM metric_rollup
            WHERE org_id = $1 AND metric = ANY ($3) AND resolution = $4 AND slot >= $6 AND slot < $7
            GROUP BY 1, 2, 3) AS b ON true
        """;

    private const string List = """
        SELECT t.xid, t.position, m.metric, m.first, m.last
        FROM (SELECT) AS one
        LEFT JOIN consumer_token t ON t.org_id = $1 AND t.consumer = $2
        LEFT JOIN (
            SELECT name AS metric, span.first, span.last
            FROM unnest($3) AS name, LATERAL (
                SELECT min(slot) AS first, max(slot) AS last
                FROM metric_rollup WHERE org_id = $1 AND metric = name AND resolution = 0) AS span
            WHERE span.first IS NOT NULL) AS m ON true
        """;

    public Task<bool> AddAsync(TokenMove move, RollupDeltas deltas, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(Add);
            TokenMoveSql.AddParameters(command, move);
            var slots = deltas.Slots;
            command.Parameters.Add(new() { Value = slots.Select(d => d.Key.Metric).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => (short)d.Key.Resolution).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => d.Key.Slot).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => d.Key.Dimensions).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => d.Value.Count).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => d.Value.Sum).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => d.Value.Min).ToArray() });
            command.Parameters.Add(new() { Value = slots.Select(d => d.Value.Max).ToArray() });
            command.Parameters.Add(new() { Value = deltas.Seen.Select(s => s.Key).ToArray() });
            command.Parameters.Add(new() { Value = deltas.Seen.Select(s => s.Value.First).ToArray() });
            command.Parameters.Add(new() { Value = deltas.Seen.Select(s => s.Value.Last).ToArray() });
            return (long)(await command.ExecuteScalarAsync(cancellationToken))! == 1;
        });

    public Task<StoredRollups> ReadAsync(RollupRead read, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(Read);
        command.Parameters.Add(new() { Value = read.OrganisationId });
        command.Parameters.Add(new() { Value = read.Consumer });
        command.Parameters.Add(new() { Value = read.Metrics.ToArray() });
        command.Parameters.Add(new() { Value = (short)read.Resolution });
        command.Parameters.Add(new() { Value = read.Starts.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = read.Starts[0] });
        command.Parameters.Add(new() { Value = read.End });
        var token = Fence.Start;
        var buckets = new List<BucketRollup>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            token = Token(reader);
            if (!reader.IsDBNull(2))
            {
                buckets.Add(new BucketRollup(
                    reader.GetString(2),
                    reader.GetInt32(3),
                    reader.GetString(4),
                    new Rollup(reader.GetInt64(5), reader.GetDecimal(6), reader.GetDecimal(7), reader.GetDecimal(8))));
            }
        }

        return new StoredRollups(token, buckets);
    });

    public Task<StoredSpans> ListAsync(
        Guid organisationId, string consumer, IReadOnlyList<string> metrics, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(List);
            command.Parameters.Add(new() { Value = organisationId });
            command.Parameters.Add(new() { Value = consumer });
            command.Parameters.Add(new() { Value = metrics.ToArray() });
            var token = Fence.Start;
            var spans = new List<MetricSpan>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                token = Token(reader);
                if (!reader.IsDBNull(2))
                {
                    spans.Add(new MetricSpan(
                        reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4)));
                }
            }

            return new StoredSpans(token, spans);
        });

    private static Fence Token(NpgsqlDataReader reader) =>
        reader.IsDBNull(0) ? Fence.Start : new Fence(reader.GetFieldValue<ulong>(0), reader.GetInt64(1));
}
