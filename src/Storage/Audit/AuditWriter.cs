using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Audit;

/// <summary>Adds to table <c>audit_log</c> what is not there yet.</summary>
internal sealed class AuditWriter() : ReadModelWriter<AuditRow>(new("audit_log", TableKind.Evidence))
{
    /// <summary>The same: it always leaves what is there as it is.</summary>
    public override NpgsqlBatchCommand WriteMissing(IReadOnlyList<ReadModelRow> rows) => Write(rows);

    protected override NpgsqlBatchCommand Write(AuditRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO audit_log (org_id, at, id, actor_id, actor_kind, action, code, entity_type, entity_id, ip, user_agent, trace_id, details)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT DO NOTHING
            """);
        command.AddArray(rows, row => row.OrganisationId);
        command.AddArray(rows, row => row.At.UtcDateTime);
        command.AddArray(rows, row => row.Id);
        command.AddArray(rows, row => row.ActorId);
        command.AddArray(rows, row => (short)row.Origin.Actor);
        command.AddArray(rows, row => row.Action);
        command.AddArray(rows, row => row.Code);
        command.AddArray(rows, row => row.EntityType);
        command.AddArray(rows, row => row.EntityId);
        command.AddArray(rows, row => row.Origin.Address);
        command.AddArray(rows, row => row.Origin.UserAgent);
        command.AddArray(rows, row => row.Origin.TraceId);
        command.AddArray(rows, row => JsonSerializer.Serialize(row.Details), NpgsqlDbType.Json);
        return command;
    }
}
