using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Activities;

namespace Platform.Storage.ReadModels.Activities;

/// <summary>Writes table <c>activity</c>.</summary>
internal sealed class ActivityWriter : ReadModelWriter<ActivityRow>
{
    protected override NpgsqlBatchCommand Write(ActivityRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO activity AS a (org_id, activity_id, type, quantity, currency, unit_price, cost, user_id, wallet_id, transaction_id,
                                       status, subject, metadata, at, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (org_id, activity_id) DO UPDATE
            SET transaction_id = excluded.transaction_id, status = excluded.status, version = excluded.version
            WHERE a.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.State.Request!.Type);
        command.AddArray(rows, row => row.State.Request!.Quantity);
        command.AddArray(rows, row => row.State.Request!.Currency);
        command.AddArray(rows, row => row.State.Request!.UnitPrice);
        command.AddArray(rows, row => row.State.Request!.Cost);
        command.AddArray(rows, row => row.State.Request!.UserId);
        command.AddArray(rows, row => row.State.Request!.WalletId);
        command.AddArray(rows, row => row.State.TransactionId);
        command.AddArray(rows, row => (short)row.State.Status);
        command.AddArray(rows, row => row.State.Request!.Subject);
        command.AddArray(rows, row => row.State.Request!.Metadata is { } metadata ? JsonSerializer.Serialize(metadata) : null, NpgsqlDbType.Jsonb);
        command.AddArray(rows, row => row.State.Request!.At.UtcDateTime);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}
