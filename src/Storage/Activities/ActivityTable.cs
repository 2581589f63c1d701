using System.Text.Json;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Activities;

/// <summary>
/// Table <c>activity</c>. Quantities and prices are exact: whole units in one column and the fraction, if any, in another (<c>_rest</c>).
/// </summary>
internal static class ActivityTable
{
    public static readonly Table<ActivityRow> Table = new("activity", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("activity_id", row => row.Key.Id)
        .Fixed("type", row => row.State.Request!.Type)
        .Value("quantity", row => checked((int)QuantityOf(row).Whole))
        .Fixed("currency", row => row.State.Request!.Currency)
        .Fixed("unit_price", row => row.State.Request!.UnitPrice)
        .Value("cost", row => row.State.Cost ?? row.State.Request!.Cost)
        .Fixed("user_id", row => row.State.Request!.UserId)
        .Fixed("wallet_id", row => row.State.Request!.WalletId)
        .Value("transaction_id", row => row.State.TransactionId)
        .Value("status", row => (short)row.State.Status)
        .Fixed("subject", row => row.State.Request!.Subject)
        .Fixed("metadata", row => row.State.Request!.Metadata is { } metadata ? JsonSerializer.Serialize(metadata) : null, ColumnType.Jsonb)
        .Fixed("at", row => row.State.Request!.At)
        .Version("version", row => row.Version)
        .Fixed("price_version", row => row.State.Request!.PriceVersion)
        .Value("used_before", row => row.State.UsedBefore?.Whole)
        .Fixed("month", row => row.State.Request!.Month)
        .Fixed("time_zone", row => row.State.Request!.TimeZone)
        .Value("hold_id", row => row.State.Authorised?.HoldId)
        .Value("expires_at", row => row.State.Authorised?.ExpiresAt)
        .Value("ended_at", row => row.State.EndedAt)
        .Value("due_at", row => row.State.DueAt)
        .Value("quantity_rest", row => NullIfZero(QuantityOf(row).Rest))
        .Fixed("unit_price_rest", row => row.State.Request!.UnitPriceFraction)
        .Value("used_rest", row => NullIfZero(row.State.UsedBefore?.Rest ?? 0))
        .Value("places", row => PlacesText(row.State.Places), ColumnType.Jsonb)
        .Fixed("actor_id", row => row.State.Request!.ActorId));

    private static Quantity QuantityOf(ActivityRow row) => row.State.Quantity ?? row.State.Request!.Quantity;

    private static string? PlacesText(IReadOnlyList<UsageSpan>? places) =>
        places is null ? null : JsonSerializer.Serialize(places, JournalJson.Options);

    private static int? NullIfZero(int rest) => rest == 0 ? null : rest;
}
