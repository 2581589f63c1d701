using System.Globalization;
using System.Text.Json;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Wallets;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Wallets;

/// <summary>The read models of wallets.</summary>
internal static class WalletTables
{
    /// <summary>The newest state of each wallet.</summary>
    public static readonly Table<WalletRow> Wallets = new("wallet", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("wallet_id", row => row.Key.Id)
        .Fixed("owner_id", row => row.State.OwnerId)
        .Value("parent_id", row => row.State.ParentId)
        .Fixed("currency", row => row.State.Currency!.Value.Code)
        .Value("paid", row => row.State.Paid)
        .Value("promotional", row => row.State.Promotional)
        .Value("held", row => row.State.Held)
        .Value("leased", row => row.State.Leased)
        .Value("credit_limit", row => row.State.CreditLimit)
        .Value("sequence", row => row.State.Sequence)
        .Value("head", row => row.State.Head.ToArray())
        .Value("status", row => (short)row.State.Status)
        .Value("due_from", row => row.State.DueFrom)
        .Version("version", row => row.Version)
        .Value("limits", row => LimitText(row.State.Limits), ColumnType.Jsonb)
        .Value("slice", row => row.State.Slice)
        .Value("frozen_reason", row => row.State.FrozenReason));

    /// <summary>The ledger: one immutable row per transaction.</summary>
    public static readonly Table<WalletTransactionRow> Transactions = new("wallet_transaction", TableKind.Evidence, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("wallet_id", row => row.Key.Id)
        .Key("sequence", row => row.Sequence)
        .Value("version", row => row.Version)
        .Value("id", row => row.Id)
        .Value("type", row => row.Type)
        .Value("currency", row => row.Currency)
        .Value("amount", row => row.Amount)
        .Value("balance_after", row => row.BalanceAfter)
        .Value("held_after", row => row.HeldAfter)
        .Value("available_after", row => row.AvailableAfter)
        .Value("reason", row => row.Reason)
        .Value("reference", row => row.Reference)
        .Value("at", row => row.At)
        .Value("known_at", row => row.KnownAt)
        .Value("actor_id", row => row.ActorId)
        .Value("operation_id", row => row.OperationId)
        .Value("related_id", row => row.RelatedId)
        .Value("postings", row => PostingText(row.Postings), ColumnType.Bigints)
        .Value("metadata", row => row.Metadata is null ? null : JsonSerializer.Serialize(row.Metadata), ColumnType.Jsonb)
        .Value("hash", row => row.Hash.ToArray()));

    public static readonly Table<HoldRow> Holds = new("hold", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("hold_id", row => row.Id)
        .Fixed("wallet_id", row => row.Key.Id)
        .Fixed("currency", row => row.Currency)
        .Fixed("amount", row => row.Hold.Amount)
        .Value("captured", row => row.Captured)
        .Value("ended_as", row => (short?)row.End)
        .Fixed("expires_at", row => row.Hold.ExpiresAt)
        .Fixed("activity_type", row => row.Hold.ActivityType)
        .Version("version", row => row.Version));

    private static string? LimitText(SpendingLimits limits) =>
        limits == SpendingLimits.None ? null : JsonSerializer.Serialize(limits, JournalJson.Options);

    private static string PostingText(long[] postings) =>
        $"{{{string.Join(',', postings.Select(number => number.ToString(CultureInfo.InvariantCulture)))}}}";
}
