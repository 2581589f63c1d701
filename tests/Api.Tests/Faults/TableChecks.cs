using Npgsql;

namespace Platform.Api.Tests.Faults;

/// <summary>The invariants of the tables. Each query selects violations.</summary>
internal static class TableChecks
{
    /// <summary>The transactions in the journal, numbered and summed again.</summary>
    private const string Fold =
        """
        WITH folded AS (
            SELECT j.org_id, j.entity_id AS wallet_id, j.version, j.operation_id, j.actor_id, j.at, e.value AS event,
                   e.value ->> '$type' AS type, (e.value ->> 'amount')::bigint AS amount,
                   row_number() OVER wallet AS sequence,
                   sum(CASE WHEN e.value ->> '$type' IN ('deposited', 'transferred-in', 'transfer-returned', 'refunded', 'leased-in') THEN 1
                            WHEN e.value ->> '$type' IN ('held', 'released', 'hold-expired', 'leased-out', 'lease-taken-back') THEN 0
                            WHEN e.value -> 'postings' ->> 0 = '10' THEN 1 ELSE -1 END
                           * (e.value ->> 'amount')::bigint) OVER wallet AS balance
            FROM journal j CROSS JOIN LATERAL json_array_elements(j.events) WITH ORDINALITY AS e (value, place)
            WHERE j.entity_type = 'wallet' AND e.value ->> 'sequence' IS NOT NULL
            WINDOW wallet AS (PARTITION BY j.org_id, j.entity_id ORDER BY j.version, e.place))
        """;

    private static readonly (string Promise, string Violations)[] Promises =
    [
        ("versions run 1..n without a gap",
            """
            SELECT FROM journal GROUP BY org_id, entity_id
            HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*)
            """),
        ("an operation has one row",
            "SELECT FROM journal GROUP BY org_id, entity_id, operation_id HAVING count(*) > 1"),
        ("an operation is accepted or refused, not both",
            "SELECT FROM journal JOIN refusal USING (org_id, entity_id, operation_id)"),
        ("sequences and balances in the journal add up",
            Fold + "SELECT FROM folded WHERE (event ->> 'sequence')::bigint <> sequence OR (event ->> 'balanceAfter')::bigint <> balance"),
        ("no balance exceeds its limit",
            Fold + "SELECT FROM folded f LEFT JOIN wallet w USING (org_id, wallet_id) WHERE f.balance < -coalesce(w.credit_limit, 0)"),
        ("the transactions equal the fold of the journal",
            Fold +
            """
            SELECT FROM folded f FULL JOIN wallet_transaction t
                ON (t.org_id, t.wallet_id, t.sequence) = (f.org_id, f.wallet_id, f.sequence)
            WHERE (t.amount, t.balance_after, t.operation_id, t.actor_id, t.known_at, t.at, t.id, t.type) IS DISTINCT FROM
                  (f.amount, f.balance::bigint, f.operation_id, f.actor_id, f.at,
                   coalesce((f.event ->> 'effectiveAt')::timestamptz, f.at), (f.event ->> 'transactionId')::uuid,
                   CASE f.type WHEN 'deposited' THEN 0 WHEN 'charged' THEN 1 WHEN 'held' THEN 2 WHEN 'captured' THEN 3
                               WHEN 'released' THEN 4
                               WHEN 'hold-expired' THEN 5 WHEN 'refunded' THEN 6 WHEN 'transferred-out' THEN 9 WHEN 'transferred-in' THEN 10
                               WHEN 'transfer-returned' THEN 11 WHEN 'leased-out' THEN 14 WHEN 'leased-in' THEN 15
                               WHEN 'lease-given-back' THEN 16
                               WHEN 'lease-taken-back' THEN 16 WHEN 'lease-settled' THEN 17 END::smallint)
            """),
        ("the entries of a transaction balance",
            "SELECT FROM ledger_entry GROUP BY org_id, wallet_id, sequence HAVING sum(amount) <> 0"),
        ("balances equal the sum of the entries",
            """
            SELECT FROM wallet w LEFT JOIN LATERAL (
                SELECT coalesce(sum(e.amount) FILTER (WHERE e.account IN (1, 2, 3, 9)), 0) AS balance,
                       coalesce(sum(e.amount) FILTER (WHERE e.account = 3), 0) AS held
                FROM ledger_entry e WHERE (e.org_id, e.wallet_id) = (w.org_id, w.wallet_id)) s ON true
            WHERE (w.balance, w.held) IS DISTINCT FROM (s.balance::bigint, s.held::bigint)
            """),
        ("a transfer has both legs or is returned",
            """
            SELECT FROM wallet_transaction o
            LEFT JOIN wallet_transaction e ON e.org_id = o.org_id AND e.related_id = o.id AND e.type IN (10, 11)
            WHERE o.type = 9 GROUP BY o.org_id, o.id HAVING count(e.id) <> 1
            """),
        ("the wallets equal the fold of the journal",
            Fold +
            """
            , last AS (
                SELECT j.org_id, j.entity_id AS wallet_id, max(j.version) AS version,
                       coalesce((array_agg(f.balance ORDER BY f.sequence DESC) FILTER (WHERE f.version IS NOT NULL))[1], 0)::bigint
                           AS balance,
                       count(f.version) AS sequence
                FROM journal j LEFT JOIN folded f ON (f.org_id, f.wallet_id, f.version) = (j.org_id, j.entity_id, j.version)
                WHERE j.entity_type = 'wallet' GROUP BY 1, 2)
            SELECT FROM last l FULL JOIN wallet w ON (w.org_id, w.wallet_id) = (l.org_id, l.wallet_id)
            WHERE (w.balance, w.sequence, w.version) IS DISTINCT FROM (l.balance, l.sequence, l.version)
            """),
        ("the snapshots equal the fold of the journal",
            Fold +
            """
            , snapshot AS (
                SELECT substring(grainidextensionstring FROM 'o\.([0-9a-f]{32})/')::uuid AS org_id,
                       substring(grainidextensionstring FROM '/([0-9a-f]{32})')::uuid AS wallet_id,
                       convert_from(payloadbinary, 'UTF8')::json AS content
                FROM orleansstorage WHERE graintypestring LIKE '%wallet%' AND payloadbinary IS NOT NULL)
            SELECT FROM snapshot s LEFT JOIN LATERAL (
                SELECT f.balance, f.sequence FROM folded f
                WHERE (f.org_id, f.wallet_id) = (s.org_id, s.wallet_id) AND f.version <= (s.content ->> 'version')::bigint
                ORDER BY f.sequence DESC LIMIT 1) f ON true
            WHERE (coalesce(f.balance, 0)::bigint, coalesce(f.sequence, 0)) IS DISTINCT FROM
                  ((s.content -> 'state' ->> 'paid')::bigint + (s.content -> 'state' ->> 'held')::bigint
                       + (s.content -> 'state' ->> 'leased')::bigint,
                   (s.content -> 'state' ->> 'sequence')::bigint)
            """),
        ("no consumer quarantined a row", "SELECT FROM quarantine"),
    ];

    public static async Task CheckAsync(string connectionString)
    {
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        foreach (var (promise, violations) in Promises)
        {
            await using var command = new NpgsqlCommand($"SELECT count(*) FROM ({violations}) AS violation", connection);
            var broken = (long)(await command.ExecuteScalarAsync())!;
            Assert.True(broken == 0, $"{promise}: {broken} violations");
        }
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
