using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Identity;

/// <summary>Writes table <c>external_identity</c>.</summary>
internal sealed class ExternalIdentityWriter() : ReadModelWriter<ExternalIdentityRow>(new("external_identity", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(ExternalIdentityRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO external_identity AS e (org_id, identity_id, user_id, provider, issuer, subject, email, linked_at, active, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (org_id, identity_id) DO UPDATE
            SET user_id = excluded.user_id, provider = excluded.provider, email = excluded.email, linked_at = excluded.linked_at,
                active = excluded.active, version = excluded.version
            WHERE e.version < excluded.version
            """);
        command.AddArray(rows, row => row.Owner.OrganisationId);
        command.AddArray(rows, row => row.Id);
        command.AddArray(rows, row => row.Owner.UserId);
        command.AddArray(rows, row => row.Identity.Provider);
        command.AddArray(rows, row => row.Identity.Issuer);
        command.AddArray(rows, row => row.Identity.Subject);
        command.AddArray(rows, row => row.Identity.Email, NpgsqlDbType.Text);
        command.AddArray(rows, row => row.LinkedAt.UtcDateTime);
        command.AddArray(rows, row => row.Active);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}
