using System.Globalization;
using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Engine.Journal;

/// <summary>Reads the journal through the query pool. Partition and organisation reads are fenced.</summary>
[Singleton(typeof(IJournalReader))]
public sealed class JournalReader(PlatformDatabase database) : IJournalReader
{
    internal const string Columns =
        "xid::text, position, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, " +
        "events::text, reply::text, origin::text";

    // Qualified: otherwise ORDER BY would use the text column of the result, in which 9 comes after 10.
    private const string After =
        "(xid, position) > ($2, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY journal.xid, journal.position LIMIT $4";

    public Task<IReadOnlyList<JournalEntry>> ReadEntityAsync(
        EntityKey key, long fromVersion, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            $"SELECT {Columns} FROM journal WHERE org_id = $1 AND entity_id = $2 AND version >= $3 ORDER BY version LIMIT $4",
            [Value(key.OrganisationId), Value(key.Id), Value(fromVersion), Value((long)limit)],
            cancellationToken);

    public async Task<StoredOperation?> FindOperationAsync(EntityKey key, OperationId operation, CancellationToken cancellationToken)
    {
        const string sql =
            """
            SELECT command_hash, reply::text, false, version FROM journal WHERE org_id = $1 AND entity_id = $2 AND operation_id = $3
            UNION ALL
            SELECT command_hash, error::text, true, version FROM refusal WHERE org_id = $1 AND entity_id = $2 AND operation_id = $3
            LIMIT 1
            """;
        var found = await database.ListAsync(
            sql,
            [Value(key.OrganisationId), Value(key.Id), Value(operation.Value)],
            reader => new StoredOperation(reader.GetGuid(0), reader.Text(1), reader.GetBoolean(2), reader.GetInt64(3)),
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<JournalPage> ReadPartitionAsync(short partition, Fence after, int limit, CancellationToken cancellationToken) =>
        Page(
            await ReadAsync(
                $"SELECT {Columns} FROM journal WHERE partition = $1 AND {After}",
                [Value(partition), Xid(after), Value(after.Position), Value((long)limit)],
                cancellationToken),
            after,
            limit);

    public async Task<JournalPage> ReadOrganisationAsync(
        Guid organisationId, Fence after, int limit, CancellationToken cancellationToken) =>
        Page(
            await ReadAsync(
                $"SELECT {Columns} FROM journal WHERE org_id = $1 AND {After}",
                [Value(organisationId), Xid(after), Value(after.Position), Value((long)limit)],
                cancellationToken),
            after,
            limit);

    /// <summary>The current row of a reader of <see cref="Columns"/>.</summary>
    internal static JournalEntry Entry(NpgsqlDataReader reader) => new(
        new Fence(ulong.Parse(reader.GetString(0), CultureInfo.InvariantCulture), reader.GetInt64(1)),
        reader.GetGuid(2), reader.GetString(3), reader.GetGuid(4), reader.GetInt64(5), reader.GetGuid(6), reader.GetGuid(7),
        reader.GetGuid(8), new DateTimeOffset(reader.GetDateTime(9)), reader.GetString(10), reader.Text(11), reader.Text(12));

    private static JournalPage Page(IReadOnlyList<JournalEntry> entries, Fence after, int limit) =>
        new(entries, entries.Count == 0 ? after : entries[^1].Fence, entries.Count == limit);

    private Task<IReadOnlyList<JournalEntry>> ReadAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        database.ListAsync(sql, parameters, Entry, cancellationToken);

    private static NpgsqlParameter<ulong> Xid(Fence fence) =>
        new() { TypedValue = fence.Xid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 };
}
