using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// One performed activity, such as a generated report, that is charged to a wallet. It is recorded first, then rated and charged,
/// then completed or declined; the same operation id at every step makes it safe to resume after a crash.
/// Key: organisation and activity id.
/// </summary>
[Alias("platform.activities.activity")]
public interface IActivityGrain : IGrainWithStringKey
{
    /// <summary>Performs the activity; answers when it is completed, or with the refusal of the wallet when it is declined.</summary>
    [Alias("perform")]
    Task<Result<ActivityView>> PerformAsync(PerformActivity command);

    /// <summary>Brings a recorded activity to its end; does nothing where it has ended.</summary>
    [Alias("resume")]
    Task<Result<ActivityView>> ResumeAsync();

    [Alias("get")]
    Task<Result<ActivityView>> GetAsync();
}

[GenerateSerializer, Alias("platform.activities.status")]
public enum ActivityStatus
{
    Requested = 0,
    Completed = 1,
    Declined = 2,
}

/// <summary>
/// What the price says of the quantity is charged to the wallet. The front door looks the price up in the catalogue; it and the time zone
/// of the month are what stood at the first try, and so no part of what makes two requests the same. Without a price the cost is unit
/// price times quantity.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.perform")]
public sealed record PerformActivity(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] int Quantity,
    [property: Id(2)] Money UnitPrice,
    [property: Id(3)] Guid UserId,
    [property: Id(4)] Guid WalletId,
    [property: Id(5)] string? Subject,
    [property: Id(6)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(7), JsonIgnore] ActivityPrice? Price = null,
    [property: Id(8), JsonIgnore] string? TimeZone = null) : Command(Context);

/// <summary>
/// An activity. What its cost was worked out from stands beside it: the version of the price, what the user had used of the month before
/// it, and the month in its time zone. Null where it was performed before that was kept; Lines are not part of lists.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.view")]
public sealed record ActivityView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Type,
    [property: Id(2)] int Quantity,
    [property: Id(3)] Money UnitPrice,
    [property: Id(4)] Money Cost,
    [property: Id(5)] Guid UserId,
    [property: Id(6)] Guid WalletId,
    [property: Id(7)] Guid? TransactionId,
    [property: Id(8)] ActivityStatus Status,
    [property: Id(9)] string? Subject,
    [property: Id(10)] DateTimeOffset At,
    [property: Id(11)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(12)] long Version,
    [property: Id(13)] int? PriceVersion = null,
    [property: Id(14)] long? UsedBefore = null,
    [property: Id(15)] string? Month = null,
    [property: Id(16)] string? TimeZone = null,
    [property: Id(17)] DateTimeOffset? EndedAt = null,
    [property: Id(18)] IReadOnlyList<PriceLine>? Lines = null);
