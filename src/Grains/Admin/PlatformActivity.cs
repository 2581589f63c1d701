using System.Text.Json;
using Platform.Activities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Admin;

/// <summary>
/// An event in an organisation that the platform may see: of wallets, activities and organisations, never of users. Type is
/// <c>entity.event</c>, such as <c>wallet.charged</c>. Place is its position in the journal.
/// </summary>
public sealed record PlatformActivity(
    Guid Id, string Type, Guid OrganisationId, Guid EntityId, Guid ActorId, DateTimeOffset At, Money? Amount, string? Reason,
    string? Reference,
    string? ActivityType, Quantity? Quantity, ActivityPlace Place)
{
    /// <summary>The entity types whose events are shown.</summary>
    public static readonly IReadOnlyList<string> EntityTypes = ["wallet", "activity", "organisation"];

    /// <summary>The events of one journal row, last event first. Reads only the fields it shows, and skips what it cannot read.</summary>
    public static IEnumerable<PlatformActivity> Of(JournalEntry entry)
    {
        if (!EntityTypes.Contains(entry.EntityType))
        {
            return [];
        }

        using var events = JsonDocument.Parse(entry.Events);
        return events.RootElement.ValueKind != JsonValueKind.Array ? []
            : [.. events.RootElement.EnumerateArray().Select((json, place) => Of(entry, json, place)).OfType<PlatformActivity>().Reverse()];
    }

    private static PlatformActivity? Of(JournalEntry entry, JsonElement json, int place)
    {
        if (json.ValueKind != JsonValueKind.Object || TextOf(json, "$type") is not { } type)
        {
            return null;
        }

        var isActivity = entry.EntityType == "activity";
        var entity = new EntityKey(entry.OrganisationId, entry.EntityId);
        var id = OperationId.FromKey($"platform-activity/{entity}", $"{entry.Version}/{place}").Value;
        return new PlatformActivity(
            id, $"{entry.EntityType}.{type}", entry.OrganisationId, entry.EntityId, entry.ActorId, entry.At,
            AmountOf(json, isActivity ? "cost" : "amount"), TextOf(json, "reason"), TextOf(json, "reference"),
            isActivity ? TextOf(json, "type") : null, QuantityOf(json), new ActivityPlace(entry.Fence, place));
    }

    private static Money? AmountOf(JsonElement json, string name) =>
        NumberOf(json, name) is { } minor && Currency.TryParse(TextOf(json, "currency"), out var currency)
            ? new Money(minor, currency)
            : null;

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Quantity? QuantityOf(JsonElement json) =>
        json.TryGetProperty("quantity", out var value) && value.ValueKind == JsonValueKind.Number &&
        Platform.Activities.Quantity.Read(value.GetRawText(), out var quantity) == DecimalFault.None ? quantity : null;

    private static long? NumberOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}

/// <summary>A position in the journal: a row, and an event in it.</summary>
public readonly record struct ActivityPlace(Fence Row, int Event)
{
    /// <summary>Newer than every event: where a newest-first list starts.</summary>
    public static readonly ActivityPlace Newest = new(new Fence(ulong.MaxValue, long.MaxValue), int.MaxValue);

    /// <summary>Whether this position is older.</summary>
    public bool IsBefore(ActivityPlace other) => Row < other.Row || (Row == other.Row && Event < other.Event);
}
