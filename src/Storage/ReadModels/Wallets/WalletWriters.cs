using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Wallets;

namespace Platform.Storage.ReadModels.Wallets;

/// <summary>Writes table <c>wallet</c>: the newest row of each wallet.</summary>
internal sealed class WalletWriter : ReadModelWriter<WalletRow>
{
    protected override NpgsqlBatchCommand Write(WalletRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO wallet AS w (org_id, wallet_id, owner_id, currency, balance, sequence, status, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (org_id, wallet_id) DO UPDATE
            SET balance = excluded.balance, sequence = excluded.sequence, status = excluded.status, version = excluded.version
            WHERE w.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.OwnerId);
        command.AddArray(rows, row => row.Currency);
        command.AddArray(rows, row => row.Balance);
        command.AddArray(rows, row => row.Sequence);
        command.AddArray(rows, row => row.Status);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}

/// <summary>Writes table <c>wallet_transaction</c>: one row a movement, never changed.</summary>
internal sealed class WalletTransactionWriter : ReadModelWriter<WalletTransactionRow>
{
    protected override bool AppendOnly => true;

    protected override NpgsqlBatchCommand Write(WalletTransactionRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO wallet_transaction (org_id, wallet_id, sequence, id, type, currency, amount, balance_after, reason, reference,
                                            at, actor_id, operation_id, metadata)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.Sequence);
        command.AddArray(rows, row => row.Id);
        command.AddArray(rows, row => row.Type);
        command.AddArray(rows, row => row.Currency);
        command.AddArray(rows, row => row.Amount);
        command.AddArray(rows, row => row.BalanceAfter);
        command.AddArray(rows, row => row.Reason);
        command.AddArray(rows, row => row.Reference);
        command.AddArray(rows, row => row.At.UtcDateTime);
        command.AddArray(rows, row => row.ActorId);
        command.AddArray(rows, row => row.OperationId);
        command.AddArray(rows, row => row.Metadata is null ? null : JsonSerializer.Serialize(row.Metadata), NpgsqlDbType.Jsonb);
        return command;
    }
}
