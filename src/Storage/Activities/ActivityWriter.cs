using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Activities;

/// <summary>Writes table <c>activity</c>.</summary>
internal sealed class ActivityWriter() : ReadModelWriter<ActivityRow>(new("activity", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(ActivityRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO activity AS a (org_id, activity_id, type, quantity, currency, unit_price, cost, user_id, wallet_id, transaction_id,
                                       status, subject, metadata, at, version, price_version, used_before, month, time_zone,
                                       hold_id, expires_at, ended_at, due_at, quantity_rest, unit_price_rest, used_rest, places, actor_id)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                                 $24, $25, $26, $27, $28)
            ON CONFLICT (org_id, activity_id) DO UPDATE
            SET quantity = excluded.quantity, cost = excluded.cost, transaction_id = excluded.transaction_id, status = excluded.status,
                used_before = excluded.used_before, hold_id = excluded.hold_id, expires_at = excluded.expires_at, ended_at = excluded.ended_at,
                due_at = excluded.due_at, quantity_rest = excluded.quantity_rest, used_rest = excluded.used_rest, places = excluded.places,
                version = excluded.version
            WHERE a.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.State.Request!.Type);
        command.AddArray(rows, row => checked((int)QuantityOf(row).Whole));
        command.AddArray(rows, row => row.State.Request!.Currency);
        command.AddArray(rows, row => row.State.Request!.UnitPrice);
        command.AddArray(rows, row => row.State.Cost ?? row.State.Request!.Cost);
        command.AddArray(rows, row => row.State.Request!.UserId);
        command.AddArray(rows, row => row.State.Request!.WalletId);
        command.AddArray(rows, row => row.State.TransactionId);
        command.AddArray(rows, row => (short)row.State.Status);
        command.AddArray(rows, row => row.State.Request!.Subject);
        command.AddArray(rows, row => row.State.Request!.Metadata is { } metadata ? JsonSerializer.Serialize(metadata) : null, NpgsqlDbType.Jsonb);
        command.AddArray(rows, row => row.State.Request!.At.UtcDateTime);
        command.AddArray(rows, row => row.Version);
        command.AddArray(rows, row => row.State.Request!.PriceVersion);
        command.AddArray(rows, row => row.State.UsedBefore?.Whole);
        command.AddArray(rows, row => row.State.Request!.Month);
        command.AddArray(rows, row => row.State.Request!.TimeZone);
        command.AddArray(rows, row => row.State.Authorised?.HoldId);
        command.AddArray(rows, row => row.State.Authorised?.ExpiresAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        command.AddArray(rows, row => row.State.EndedAt?.UtcDateTime, NpgsqlDbType.TimestampTz);
        command.AddArray(rows, row => row.State.DueAt?.UtcDateTime, NpgsqlDbType.TimestampTz);
        command.AddArray(rows, row => Unless0(QuantityOf(row).Rest));
        command.AddArray(rows, row => row.State.Request!.UnitPriceFraction);
        command.AddArray(rows, row => Unless0(row.State.UsedBefore?.Rest ?? 0));
        command.AddArray(rows, row => row.State.Places is { } places ? JsonSerializer.Serialize(places, JournalJson.Options) : null, NpgsqlDbType.Jsonb);
        command.AddArray(rows, row => row.State.Request!.ActorId);
        return command;
    }

    private static Quantity QuantityOf(ActivityRow row) => row.State.Quantity ?? row.State.Request!.Quantity;

    private static int? Unless0(int rest) => rest == 0 ? null : rest;
}
