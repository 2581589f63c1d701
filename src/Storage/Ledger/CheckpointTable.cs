using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Ledger;

/// <summary>A row of table <c>ledger_checkpoint</c>. Leaves are packed, and null in lists.</summary>
public sealed record CheckpointRow(Guid OrganisationId, long Number, Guid Id, DateOnly Day, bool OnDemand, string Document, byte[]? Leaves);

/// <summary>The signed checkpoints of the ledger, and the wallets for new ones.</summary>
[Singleton]
public sealed class CheckpointTable(PlatformDatabase database)
{
    internal static readonly Table Table = new("ledger_checkpoint", TableKind.Evidence);

    /// <summary>The timeout in seconds of statements that read all wallets.</summary>
    private const int LongTimeout = 120;

    private const string LeafSql = "SELECT wallet_id, sequence, head, paid + promotional + held + leased FROM wallet WHERE org_id = $1";

    private const string Columns = "org_id, number, id, day, on_demand, document";

    /// <summary>Reads all wallets of an organisation in one snapshot, ordered by id.</summary>
    public Task<IReadOnlyList<CheckpointLeaf>> LeavesAsync(Guid organisationId, CancellationToken cancellationToken) => ReadAllAsync(
        $"{LeafSql} ORDER BY wallet_id", [Value(organisationId)], Leaf, cancellationToken);

    /// <summary>Reads the current state of one wallet as a leaf; null if there is no such wallet.</summary>
    public async Task<CheckpointLeaf?> LeafAsync(Guid organisationId, Guid walletId, CancellationToken cancellationToken)
    {
        var found = await database.ListAsync(
            $"{LeafSql} AND wallet_id = $2", [Value(organisationId), Value(walletId)], Leaf, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Lists organisations that have changed since their last checkpoint and have none that closes this day.</summary>
    public Task<IReadOnlyList<Guid>> DueAsync(DateOnly day, CancellationToken cancellationToken) => ReadAllAsync(
        """
        SELECT w.org_id
        FROM (SELECT org_id, count(*) AS wallets, sum(sequence) AS transactions FROM wallet GROUP BY org_id) w
        LEFT JOIN LATERAL (
            SELECT tree_size, transactions FROM ledger_checkpoint c WHERE c.org_id = w.org_id ORDER BY number DESC LIMIT 1) c ON true
        WHERE w.transactions > 0
          AND (c.tree_size IS NULL OR c.tree_size <> w.wallets OR c.transactions <> w.transactions)
          AND NOT EXISTS (SELECT FROM ledger_checkpoint d WHERE d.org_id = w.org_id AND d.day = $1 AND NOT d.on_demand)
        """,
        [Value(day)],
        static reader => reader.GetGuid(0),
        cancellationToken);

    /// <summary>Stores a checkpoint. Returns false if another process was first.</summary>
    public Task<bool> AddAsync(CheckpointRow row, Checkpoint checkpoint, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(
                """
                INSERT INTO ledger_checkpoint (org_id, number, id, day, on_demand, document, taken_at, tree_size, transactions, leaves)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT DO NOTHING
                """);
            command.CommandTimeout = LongTimeout;
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                Value(row.OrganisationId), Value(row.Number), Value(row.Id), Value(row.Day), Value(row.OnDemand), Value(row.Document),
                Value(checkpoint.TakenAt.UtcDateTime), Value(checkpoint.TreeSize), Value(checkpoint.Transactions), Value(row.Leaves!),
            ]);
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        });

    /// <summary>Lists checkpoints before a number, newest first, without leaves.</summary>
    public Task<IReadOnlyList<CheckpointRow>> ListAsync(
        Guid organisationId, long? before, int limit, CancellationToken cancellationToken) => database.ListAsync(
            Table.Select(Columns + ", NULL::bytea").Where($"org_id = {organisationId}").Descending("number", $"{before}").Limit(limit),
            Row,
            cancellationToken);

    /// <summary>Returns a checkpoint with its leaves, or null if there is none.</summary>
    public async Task<CheckpointRow?> FindAsync(Guid organisationId, Guid id, CancellationToken cancellationToken) =>
        One(await database.ListAsync(
            $"SELECT {Columns}, leaves FROM ledger_checkpoint WHERE org_id = $1 AND id = $2", [Value(organisationId), Value(id)], Row,
            cancellationToken));

    /// <summary>Returns the newest checkpoint with its leaves, or null if there is none.</summary>
    public async Task<CheckpointRow?> LastAsync(Guid organisationId, CancellationToken cancellationToken) => One(await database.ListAsync(
        $"SELECT {Columns}, leaves FROM ledger_checkpoint WHERE org_id = $1 ORDER BY number DESC LIMIT 1", [Value(organisationId)], Row,
        cancellationToken));

    /// <summary>Returns the next checkpoint after a number with its leaves, or null after the last.</summary>
    public async Task<CheckpointRow?> NextAsync(Guid organisationId, long after, CancellationToken cancellationToken) =>
        One(await database.ListAsync(
            $"SELECT {Columns}, leaves FROM ledger_checkpoint WHERE org_id = $1 AND number > $2 ORDER BY number LIMIT 1",
            [Value(organisationId), Value(after)], Row, cancellationToken));

    private static CheckpointLeaf Leaf(NpgsqlDataReader reader) =>
        new(reader.GetGuid(0), reader.GetInt64(1), Digest.Read(reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3));

    private static CheckpointRow? One(IReadOnlyList<CheckpointRow> found) => found.Count == 0 ? null : found[0];

    private static CheckpointRow Row(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetFieldValue<DateOnly>(3), reader.GetBoolean(4),
        reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6));

    private Task<IReadOnlyList<T>> ReadAllAsync<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync<IReadOnlyList<T>>(async () =>
        {
            await using var command = database.Queries.CreateCommand(sql);
            command.CommandTimeout = LongTimeout;
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(row(reader));
            }

            return rows;
        });
}
