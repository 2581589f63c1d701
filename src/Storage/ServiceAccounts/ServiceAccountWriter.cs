using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Entities;
using Platform.Grains.ServiceAccounts;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.ServiceAccounts;

/// <summary>Writes table <c>service_account</c>.</summary>
internal sealed class ServiceAccountWriter() : ReadModelWriter<ServiceAccountRow>(new("service_account", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(ServiceAccountRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO service_account AS s (org_id, account_id, name, description, permissions, status, created_at, created_by, version)
            SELECT org_id, account_id, name, description, permissions::json, status, created_at, created_by, version
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
                AS n (org_id, account_id, name, description, permissions, status, created_at, created_by, version)
            ON CONFLICT (org_id, account_id) DO UPDATE
            SET name = excluded.name, description = excluded.description, permissions = excluded.permissions, status = excluded.status,
                version = excluded.version
            WHERE s.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.State.Name);
        command.AddArray(rows, row => row.State.Description, NpgsqlDbType.Text);
        command.AddArray(rows, row => JsonSerializer.Serialize(row.State.Permissions, JournalJson.Options));
        command.AddArray(rows, row => (short)row.State.Status);
        command.AddArray(rows, row => row.State.CreatedAt.UtcDateTime);
        command.AddArray(rows, row => row.State.CreatedBy);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}
