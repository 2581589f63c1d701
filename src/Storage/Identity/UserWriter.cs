using System.Text.Json;
using Npgsql;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Identity;

/// <summary>Writes table <c>user_account</c>.</summary>
internal sealed class UserWriter() : ReadModelWriter<UserRow>(new("user_account", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(UserRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO user_account AS u
                (org_id, user_id, email, display_name, tier, wallet_id, created_at, version, status, email_verified, parent_id, profile, grants, mfa_enabled)
            SELECT org_id, user_id, email, display_name, tier, wallet_id, created_at, version, status, email_verified, parent_id, profile::json, grants::json, mfa_enabled
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                AS n (org_id, user_id, email, display_name, tier, wallet_id, created_at, version, status, email_verified, parent_id, profile, grants, mfa_enabled)
            ON CONFLICT (org_id, user_id) DO UPDATE
            SET email = excluded.email, display_name = excluded.display_name, tier = excluded.tier, wallet_id = excluded.wallet_id,
                version = excluded.version, status = excluded.status, email_verified = excluded.email_verified, parent_id = excluded.parent_id,
                profile = excluded.profile, grants = excluded.grants, mfa_enabled = excluded.mfa_enabled
            WHERE u.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.State.Email);
        command.AddArray(rows, row => row.State.DisplayName);
        command.AddArray(rows, row => (short)row.State.Tier);
        command.AddArray(rows, row => row.State.WalletId);
        command.AddArray(rows, row => row.State.CreatedAt.UtcDateTime);
        command.AddArray(rows, row => row.State.Revision);
        command.AddArray(rows, row => (short)row.State.Status);
        command.AddArray(rows, row => row.State.EmailVerified);
        command.AddArray(rows, row => row.State.ParentId);
        command.AddArray(rows, row => JsonSerializer.Serialize(row.State.Profile, JournalJson.Options));
        command.AddArray(rows, row => JsonSerializer.Serialize(row.State.Grants, JournalJson.Options));
        command.AddArray(rows, row => row.State.Mfa.Enabled);
        return command;
    }
}
