using System.Globalization;
using Npgsql;
using Platform.Grains.Admin;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Admin;

/// <summary>Filters activity by organisation, entity type and event; null means all.</summary>
public sealed record ActivityKinds(Guid? OrganisationId = null, string? EntityType = null, string? Event = null);

/// <summary>Activity, newest first, and the journal position up to which was searched; null at the beginning of the journal.</summary>
public sealed record ActivityPage(IReadOnlyList<PlatformActivity> Items, ActivityPlace? Through);

/// <summary>
/// Lists activity across organisations, newest first, in commit order. It scans the journal backwards along its index, at most
/// <see cref="Scanned"/> rows per query, because a separate table would double the writes of each transaction. A query for rare events may
/// therefore return short pages.
/// </summary>
[Singleton]
public sealed class PlatformActivityQueries(PlatformDatabase database)
{
    public const int Scanned = 1_000;

    private const string OfOne = "WITH scanned AS MATERIALIZED (SELECT j.partition, j.xid, j.position FROM journal j";

    // Each partition has its own index.
    private static readonly string OfAll = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        WITH scanned AS MATERIALIZED (
            SELECT s.partition, s.xid, s.position FROM generate_series(0, {JournalPartition.Count - 1}) AS p (partition)
            CROSS JOIN LATERAL (SELECT j.partition, j.xid, j.position FROM journal j
        """);

    public async Task<ActivityPage> ListAsync(ActivityPlace before, ActivityKinds kinds, int limit, CancellationToken cancellationToken)
    {
        // One row more than the limit, and one for the row at the cursor, some of whose events were on the previous page.
        var maxRows = limit + 2;
        var rows = await database.ListAsync(Query(before, kinds, maxRows), Read, cancellationToken);
        if (rows.Count == 0)
        {
            return new ActivityPage([], null);
        }

        var wanted = kinds.Event is null ? null : $"{kinds.EntityType}.{kinds.Event}";
        var entries = rows.Select(row => row.Entry).OfType<JournalEntry>().ToList();
        var found = entries.SelectMany(PlatformActivity.Of)
            .Where(item => item.Place.IsBefore(before) && (wanted is null || item.Type == wanted)).Take(limit + 1).ToList();
        return found.Count > limit ? new ActivityPage(found[..limit], found[limit - 1].Place)
            : entries.Count == maxRows ? new ActivityPage(found, new ActivityPlace(entries[^1].Fence, 0))
            : rows[0].Count == Scanned ? new ActivityPage(found, new ActivityPlace(rows[0].Last, 0))
            : new ActivityPage(found, null);
    }

    private static ListQuery Query(ActivityPlace before, ActivityKinds kinds, int maxRows)
    {
        // Only behind the fence, so that no row appears later among those already shown.
        var ofAll = kinds.OrganisationId is null;
        string[] types = kinds.EntityType is { } type ? [type] : [.. PlatformActivity.EntityTypes];
        var query = new ListQuery(ofAll ? OfAll : OfOne)
            .If(ofAll, $"j.partition = p.partition")
            .IfGiven($"j.org_id = {kinds.OrganisationId}")
            .Where($"(j.xid, j.position) <= ({before.Row.Xid}, {before.Row.Position}) AND j.xid < pg_snapshot_xmin(pg_current_snapshot())")
            .Then($"ORDER BY j.xid DESC, j.position DESC LIMIT {Scanned}");
        if (ofAll)
        {
            query.Then($") s ORDER BY s.xid DESC, s.position DESC LIMIT {Scanned}");
        }

        query.Then(
            $"""
            ),
            last AS (SELECT xid, position, (SELECT count(*) FROM scanned) AS count FROM scanned ORDER BY xid, position LIMIT 1)
            SELECT last.xid, last.position, last.count, found.*
            FROM last LEFT JOIN LATERAL (
                SELECT j.xid AS row_xid, j.position AS row_position, j.org_id, j.entity_type, j.entity_id, j.version, j.actor_id,
                       j.at, j.events::text
                FROM scanned s JOIN journal j ON j.partition = s.partition AND j.xid = s.xid AND j.position = s.position
                WHERE j.entity_type = ANY ({types})
            """);
        if (kinds.Event is { } name)
        {
            var pattern = $"\"\\$type\": ?\"{name}\"";
            query.Then($"AND j.events::text ~ {pattern}");
        }

        return query.Then($"ORDER BY s.xid DESC, s.position DESC LIMIT {maxRows}) found ON true");
    }

    private static Row Read(NpgsqlDataReader reader) => new(
        new Fence(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)),
        reader.GetInt64(2),
        reader.IsDBNull(3) ? null : new JournalEntry(
            new Fence(reader.GetFieldValue<ulong>(3), reader.GetInt64(4)), reader.GetGuid(5), reader.GetString(6), reader.GetGuid(7),
            reader.GetInt64(8), Guid.Empty, Guid.Empty, reader.GetGuid(9), new DateTimeOffset(reader.GetDateTime(10)), reader.GetString(11),
            null));

    private sealed record Row(Fence Last, long Count, JournalEntry? Entry);
}
