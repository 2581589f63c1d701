using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Platform.Audit;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Audit;

/// <summary>Filters entries. To is exclusive. An action that ends with a dot matches all actions with that prefix.</summary>
public sealed record AuditFilter(
    Guid? ActorId = null,
    string? Action = null,
    string? EntityType = null,
    Guid? EntityId = null,
    AuditOutcome? Outcome = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null);

/// <summary>The table <c>audit_log</c> and its queries.</summary>
[Singleton]
public sealed class AuditQueries(PlatformDatabase database)
{
    private const int ExportPage = 500;

    internal static readonly Table<AuditRow> Table = new("audit_log", TableKind.Evidence, columns => columns
        .Key("org_id", row => row.OrganisationId)
        .Key("at", row => row.At)
        .Key("id", row => row.Id)
        .Value("actor_id", row => row.ActorId)
        .Value("actor_kind", row => (short)row.Origin.Actor)
        .Value("action", row => row.Action)
        .Value("code", row => row.Code)
        .Value("entity_type", row => row.EntityType)
        .Value("entity_id", row => row.EntityId)
        .Value("ip", row => row.Origin.Address)
        .Value("user_agent", row => row.Origin.UserAgent)
        .Value("trace_id", row => row.Origin.TraceId)
        .Value("details", row => JsonSerializer.Serialize(row.Details), ColumnType.Json)
        .AddIfAbsent());

    /// <summary>Lists entries, newest first, before an instant and id.</summary>
    public Task<IReadOnlyList<AuditItem>> ListAsync(
        Guid organisationId, (DateTimeOffset At, Guid Id)? before, AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        // '/' is the character after '.', and the column is compared by code point.
        var prefix = filter.Action is { } action && action.EndsWith('.') ? action[..^1] : null;
        return database.ListAsync(
            Table.Select("id, at, actor_id, actor_kind, action, code, entity_type, entity_id, ip, user_agent, trace_id, details::text")
                .Where($"org_id = {organisationId}")
                .If(prefix is not null, $"action >= {prefix + '.'} AND action < {prefix + '/'}")
                .If(prefix is null && filter.Action is not null, $"action = {filter.Action}")
                .IfGiven($"actor_id = {filter.ActorId}")
                .IfGiven($"entity_type = {filter.EntityType}")
                .IfGiven($"entity_id = {filter.EntityId}")
                .IfGiven($"at >= {filter.From}")
                .IfGiven($"at < {filter.To}")
                .If(filter.Outcome == AuditOutcome.Refused, $"code IS NOT NULL")
                .If(filter.Outcome == AuditOutcome.Accepted, $"code IS NULL")
                .Descending("at, id", $"{before?.At}, {before?.Id}")
                .Limit(limit),
            Item,
            cancellationToken);
    }

    /// <summary>
    /// Reads all entries, newest first, one page at a time, so that no statement or snapshot stays open while a slow client reads. Entries
    /// written in the meantime are not included.
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
        reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.Optional<Guid>(2), (ActorKind)reader.GetInt16(3),
        reader.GetString(4), reader.IsDBNull(5) ? AuditOutcome.Accepted : AuditOutcome.Refused, reader.Text(5), reader.Text(6),
        reader.Optional<Guid>(7), reader.Text(8), reader.Text(9), reader.Text(10), reader.Metadata(11)!);
}
