using Npgsql;
using Platform.Grains.Organisations;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Organisations;

/// <summary>Writes table <c>organisation</c>.</summary>
internal sealed class OrganisationWriter() : ReadModelWriter<OrganisationRow>(new("organisation", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(OrganisationRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO organisation AS o (org_id, name, kind, currency, time_zone, locale, status, created_at, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (org_id) DO UPDATE
            SET name = excluded.name, time_zone = excluded.time_zone, locale = excluded.locale, status = excluded.status, version = excluded.version
            WHERE o.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.State.Name);
        command.AddArray(rows, row => (short)row.State.Kind);
        command.AddArray(rows, row => row.State.Currency);
        command.AddArray(rows, row => row.State.TimeZone);
        command.AddArray(rows, row => row.State.Locale);
        command.AddArray(rows, row => (short)row.State.Status);
        command.AddArray(rows, row => row.State.CreatedAt.UtcDateTime);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}
