using Npgsql;
using Platform.Grains.Identity;

namespace Platform.Storage.ReadModels.Identity;

/// <summary>Writes table <c>user_account</c>.</summary>
internal sealed class UserWriter : ReadModelWriter<UserRow>
{
    protected override NpgsqlBatchCommand Write(UserRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO user_account AS u (org_id, user_id, email, display_name, tier, wallet_id, created_at, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (org_id, user_id) DO UPDATE
            SET email = excluded.email, display_name = excluded.display_name, tier = excluded.tier, wallet_id = excluded.wallet_id,
                version = excluded.version
            WHERE u.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.State.Email);
        command.AddArray(rows, row => row.State.DisplayName);
        command.AddArray(rows, row => (short)row.State.Tier);
        command.AddArray(rows, row => row.State.WalletId);
        command.AddArray(rows, row => row.State.CreatedAt.UtcDateTime);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}
