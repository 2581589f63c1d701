using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;

namespace Platform.Storage.Audit;

/// <summary>Which entries are asked for; To is exclusive. An action that ends in a dot means all that begin with it.</summary>
public sealed record AuditFilter(
    Guid? ActorId = null,
    string? Action = null,
    string? EntityType = null,
    Guid? EntityId = null,
    AuditOutcome? Outcome = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null);

/// <summary>Lists of the audit log.</summary>
[Singleton]
public sealed class AuditQueries(PlatformDatabase database)
{
    private const int ExportPage = 500;

    /// <summary>Entries, newest first, before an instant and id, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<AuditItem>> ListAsync(
        Guid organisationId, (DateTimeOffset At, Guid Id)? before, AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        // Only the conditions that are asked for: with all of them as "or null" a kept plan could use no index but the first.
        var where = new List<string>();
        var parameters = new List<NpgsqlParameter>();
        And("org_id =", organisationId);
        if (before is { } place)
        {
            where.Add($"(at, id) < ({Next(place.At.UtcDateTime)}, {Next(place.Id)})");
        }

        // The character after the dot ends the prefix; the column is compared by code points.
        var prefix = filter.Action is { } action && action.EndsWith('.') ? action : null;
        And("action >=", prefix);
        And("action <", prefix is null ? null : $"{prefix[..^1]}/");
        And("action =", prefix is null ? filter.Action : null);
        And("actor_id =", filter.ActorId);
        And("entity_type =", filter.EntityType);
        And("entity_id =", filter.EntityId);
        And("at >=", filter.From?.UtcDateTime);
        And("at <", filter.To?.UtcDateTime);
        if (filter.Outcome is { } outcome)
        {
            where.Add(outcome == AuditOutcome.Refused ? "code IS NOT NULL" : "code IS NULL");
        }

        return database.ListAsync(
            $"""
            SELECT id, at, actor_id, actor_kind, action, code, entity_type, entity_id, ip, user_agent, trace_id, details::text
            FROM audit_log
            WHERE {string.Join(" AND ", where)}
            ORDER BY at DESC, id DESC
            LIMIT {Next(limit)}
            """,
            [.. parameters],
            Item,
            cancellationToken);

        void And(string comparison, object? value)
        {
            if (value is not null)
            {
                where.Add($"{comparison} {Next(value)}");
            }
        }

        string Next(object value)
        {
            parameters.Add(new NpgsqlParameter { Value = value });
            return $"${parameters.Count}";
        }
    }

    /// <summary>
    /// All entries, newest first, a page at a time: neither a statement nor a snapshot stays open while a slow client reads,
    /// and entries that are written meanwhile are not among them.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<AuditItem>> ExportAsync(
        Guid organisationId, AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (DateTimeOffset, Guid)? before = null;
        IReadOnlyList<AuditItem> page;
        do
        {
            page = await ListAsync(organisationId, before, filter, ExportPage, cancellationToken);
            if (page.Count > 0)
            {
                before = (page[^1].At, page[^1].Id);
                yield return page;
            }
        }
        while (page.Count == ExportPage);
    }

    private static AuditItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), Id(reader, 2), (ActorKind)reader.GetInt16(3), reader.GetString(4),
        reader.IsDBNull(5) ? AuditOutcome.Accepted : AuditOutcome.Refused, reader.Text(5), reader.Text(6), Id(reader, 7),
        reader.Text(8), reader.Text(9), reader.Text(10), reader.Metadata(11)!);

    private static Guid? Id(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
}
