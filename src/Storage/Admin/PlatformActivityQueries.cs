using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Admin;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Admin;

/// <summary>Which happenings are asked for: of one organisation or all, of an entity type, of one event of it.</summary>
public sealed record ActivityKinds(Guid? OrganisationId = null, string? EntityType = null, string? Event = null);

/// <summary>Happenings, newest first, and the place up to which the journal was looked through; null at its beginning.</summary>
public sealed record ActivityPage(IReadOnlyList<PlatformActivity> Items, ActivityPlace? Through);

/// <summary>
/// What happened across organisations, newest first, in the order of commits. It is read from the journal itself, backwards along its
/// index and at most <see cref="Scanned"/> rows a question: a table of its own would double what each movement writes. A question that
/// filters for something rare may therefore find little, and goes on with the next page.
/// </summary>
[Singleton]
public sealed class PlatformActivityQueries(PlatformDatabase database)
{
    public const int Scanned = 1_000;

    // Behind the fence, so that nothing appears later among what was shown.
    private const string Place = "(j.xid, j.position) <= ($1, $2) AND j.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY j.xid DESC, j.position DESC LIMIT $3";

    private static readonly string OfAll = Sql(
        $"""
        SELECT s.partition, s.xid, s.position FROM generate_series(0, {JournalPartition.Count - 1}) AS p (partition)
        CROSS JOIN LATERAL (SELECT j.partition, j.xid, j.position FROM journal j WHERE j.partition = p.partition AND {Place}) s
        WHERE $7::uuid IS NULL
        ORDER BY s.xid DESC, s.position DESC LIMIT $3
        """);

    private static readonly string OfOne = Sql($"SELECT j.partition, j.xid, j.position FROM journal j WHERE j.org_id = $7 AND {Place}");

    public async Task<ActivityPage> ListAsync(ActivityPlace before, ActivityKinds kinds, int limit, CancellationToken cancellationToken)
    {
        // One row more than there are items to show, and one for that of the page before, which was shown in part.
        var most = limit + 2;
        string[] types = kinds.EntityType is { } type ? [type] : [.. PlatformActivity.EntityTypes];
        var rows = await database.ListAsync(
            kinds.OrganisationId is null ? OfAll : OfOne,
            [
                new NpgsqlParameter<ulong> { TypedValue = before.Row.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 },
                Value(before.Row.Position),
                Value((long)Scanned),
                Value(types),
                Optional(kinds.Event is { } name ? $"\"\\$type\": ?\"{name}\"" : null, NpgsqlDbType.Text),
                Value((long)most),
                Optional(kinds.OrganisationId, NpgsqlDbType.Uuid),
            ],
            Read,
            cancellationToken);
        if (rows.Count == 0)
        {
            return new ActivityPage([], null);
        }

        var wanted = kinds.Event is null ? null : $"{kinds.EntityType}.{kinds.Event}";
        var entries = rows.Select(row => row.Entry).OfType<JournalEntry>().ToList();
        var found = entries.SelectMany(PlatformActivity.Of)
            .Where(item => item.Place.IsBefore(before) && (wanted is null || item.Type == wanted)).Take(limit + 1).ToList();
        return found.Count > limit ? new ActivityPage(found[..limit], found[limit - 1].Place)
            : entries.Count == most ? new ActivityPage(found, new ActivityPlace(entries[^1].Fence, 0))
            : rows[0].Count == Scanned ? new ActivityPage(found, new ActivityPlace(rows[0].Last, 0))
            : new ActivityPage(found, null);
    }

    private static string Sql(string scan) => $"""
        WITH scanned AS MATERIALIZED ({scan}),
        last AS (SELECT xid, position, (SELECT count(*) FROM scanned) AS count FROM scanned ORDER BY xid, position LIMIT 1)
        SELECT last.xid, last.position, last.count, found.*
        FROM last LEFT JOIN LATERAL (
            SELECT j.xid AS row_xid, j.position AS row_position, j.org_id, j.entity_type, j.entity_id, j.version, j.actor_id, j.at, j.events::text
            FROM scanned s JOIN journal j ON j.partition = s.partition AND j.xid = s.xid AND j.position = s.position
            WHERE j.entity_type = ANY ($4) AND ($5::text IS NULL OR j.events::text ~ $5)
            ORDER BY s.xid DESC, s.position DESC LIMIT $6) found ON true
        """;

    private static Row Read(NpgsqlDataReader reader) => new(
        new Fence(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)),
        reader.GetInt64(2),
        reader.IsDBNull(3) ? null : new JournalEntry(
            new Fence(reader.GetFieldValue<ulong>(3), reader.GetInt64(4)), reader.GetGuid(5), reader.GetString(6), reader.GetGuid(7), reader.GetInt64(8),
            Guid.Empty, Guid.Empty, reader.GetGuid(9), new DateTimeOffset(reader.GetDateTime(10)), reader.GetString(11), null));

    private sealed record Row(Fence Last, long Count, JournalEntry? Entry);
}
