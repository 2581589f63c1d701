using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Wallets;

/// <summary>Writes table <c>wallet</c>: the newest row of each wallet.</summary>
internal sealed class WalletWriter() : ReadModelWriter<WalletRow>(new("wallet", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(WalletRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO wallet AS w (org_id, wallet_id, owner_id, parent_id, currency, paid, promotional, held, leased, credit_limit, sequence, head, status,
                                     due_from, version, limits, slice, frozen_reason)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (org_id, wallet_id) DO UPDATE
            SET parent_id = excluded.parent_id, paid = excluded.paid, promotional = excluded.promotional, held = excluded.held, leased = excluded.leased,
                credit_limit = excluded.credit_limit, sequence = excluded.sequence, head = excluded.head, status = excluded.status,
                due_from = excluded.due_from, version = excluded.version, limits = excluded.limits, slice = excluded.slice,
                frozen_reason = excluded.frozen_reason
            WHERE w.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.State.OwnerId);
        command.AddArray(rows, row => row.State.ParentId);
        command.AddArray(rows, row => row.State.Currency!.Value.Code);
        command.AddArray(rows, row => row.State.Paid);
        command.AddArray(rows, row => row.State.Promotional);
        command.AddArray(rows, row => row.State.Held);
        command.AddArray(rows, row => row.State.Leased);
        command.AddArray(rows, row => row.State.CreditLimit);
        command.AddArray(rows, row => row.State.Sequence);
        command.AddArray(rows, row => row.State.Head.ToArray());
        command.AddArray(rows, row => (short)row.State.Status);
        command.AddArray(rows, row => row.State.DueFrom?.UtcDateTime, NpgsqlDbType.TimestampTz); // Named: an array that begins with null would be taken for local times.
        command.AddArray(rows, row => row.Version);
        command.AddArray(rows, row => LimitText(row.State.Limits), NpgsqlDbType.Jsonb);
        command.AddArray(rows, row => row.State.Slice);
        command.AddArray(rows, row => row.State.FrozenReason);
        return command;
    }

    private static string? LimitText(SpendingLimits limits) =>
        limits == SpendingLimits.None ? null : JsonSerializer.Serialize(limits, JournalJson.Options);
}

/// <summary>Writes table <c>wallet_transaction</c>, the ledger: one row a movement, never changed.</summary>
internal sealed class WalletTransactionWriter() : ReadModelWriter<WalletTransactionRow>(new("wallet_transaction", TableKind.Evidence))
{
    // Postings travel as text: an array of arrays of different lengths is none in SQL.
    protected override NpgsqlBatchCommand Write(WalletTransactionRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO wallet_transaction (org_id, wallet_id, sequence, version, id, type, currency, amount, balance_after, held_after, available_after,
                                            reason, reference, at, known_at, actor_id, operation_id, related_id, postings, metadata, hash)
            SELECT i.org_id, i.wallet_id, i.sequence, i.version, i.id, i.type, i.currency, i.amount, i.balance_after, i.held_after, i.available_after,
                   i.reason, i.reference, i.at, i.known_at, i.actor_id, i.operation_id, i.related_id, i.postings::bigint[], i.metadata, i.hash
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
              AS i (org_id, wallet_id, sequence, version, id, type, currency, amount, balance_after, held_after, available_after,
                    reason, reference, at, known_at, actor_id, operation_id, related_id, postings, metadata, hash)
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.Sequence);
        command.AddArray(rows, row => row.Version);
        command.AddArray(rows, row => row.Id);
        command.AddArray(rows, row => row.Type);
        command.AddArray(rows, row => row.Currency);
        command.AddArray(rows, row => row.Amount);
        command.AddArray(rows, row => row.BalanceAfter);
        command.AddArray(rows, row => row.HeldAfter);
        command.AddArray(rows, row => row.AvailableAfter);
        command.AddArray(rows, row => row.Reason);
        command.AddArray(rows, row => row.Reference);
        command.AddArray(rows, row => row.At.UtcDateTime);
        command.AddArray(rows, row => row.KnownAt.UtcDateTime);
        command.AddArray(rows, row => row.ActorId);
        command.AddArray(rows, row => row.OperationId);
        command.AddArray(rows, row => row.RelatedId);
        command.AddArray(rows, row => PostingText(row.Postings));
        command.AddArray(rows, row => row.Metadata is null ? null : JsonSerializer.Serialize(row.Metadata), NpgsqlDbType.Jsonb);
        command.AddArray(rows, row => row.Hash.ToArray());
        return command;
    }

    private static string PostingText(long[] postings) => $"{{{string.Join(',', postings.Select(number => number.ToString(CultureInfo.InvariantCulture)))}}}";
}

/// <summary>Writes table <c>hold</c>.</summary>
internal sealed class HoldWriter() : ReadModelWriter<HoldRow>(new("hold", TableKind.Derived))
{
    protected override NpgsqlBatchCommand Write(HoldRow[] rows)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO hold AS h (org_id, hold_id, wallet_id, currency, amount, captured, ended_as, expires_at, activity_type, version)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (org_id, hold_id) DO UPDATE
            SET captured = excluded.captured, ended_as = excluded.ended_as, version = excluded.version
            WHERE h.version < excluded.version
            """);
        command.AddArray(rows, row => row.Key.OrganisationId);
        command.AddArray(rows, row => row.Id);
        command.AddArray(rows, row => row.Key.Id);
        command.AddArray(rows, row => row.Currency);
        command.AddArray(rows, row => row.Hold.Amount);
        command.AddArray(rows, row => row.Captured);
        command.AddArray(rows, row => (short?)row.End);
        command.AddArray(rows, row => row.Hold.ExpiresAt.UtcDateTime);
        command.AddArray(rows, row => row.Hold.ActivityType);
        command.AddArray(rows, row => row.Version);
        return command;
    }
}
