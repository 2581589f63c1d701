using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// An activity, such as generating a report, that is charged to a wallet: at once, or by a hold that is captured when the work is done
/// and released if it fails or expires. The request is recorded first, and fixed operation ids for each step make it safe to resume
/// after a crash. Key: organisation and activity id.
/// </summary>
[Alias("platform.activities.activity")]
public interface IActivityGrain : IGrainWithStringKey
{
    /// <summary>Performs the activity. Returns it when completed, or the wallet's error if declined.</summary>
    [Alias("perform")]
    Task<Result<ActivityView>> PerformAsync(PerformActivity command);

    /// <summary>Holds the cost. Returns the authorised activity, or the wallet's error if declined.</summary>
    [Alias("authorise")]
    Task<Result<ActivityView>> AuthoriseAsync(PerformActivity command);

    /// <summary>
    /// Captures the held cost, or the cost of a smaller quantity. An activity ends once: completed, cancelled or expired.
    /// </summary>
    [Alias("complete")]
    Task<Result<ActivityView>> CompleteAsync(CompleteActivity command);

    /// <summary>Cancels an authorised activity and releases its hold.</summary>
    [Alias("cancel")]
    Task<Result<ActivityView>> CancelAsync(CancelActivity command);

    /// <summary>Continues a recorded activity until it has ended or waits for its caller to complete or cancel it.</summary>
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

    /// <summary>The cost is held until the caller completes or cancels the activity or it expires.</summary>
    Authorised = 3,
    Cancelled = 4,

    /// <summary>The activity was not completed in time and was not charged.</summary>
    Expired = 5,
}

/// <summary>
/// Charges the price of the quantity to the wallet. The API looks up Price and TimeZone at the first attempt, so they are not part of the
/// command's fingerprint. Without a price the cost is unit price times quantity. HoldSeconds is set for an authorisation. Named tells
/// whether the request named a user or a wallet; null if it is for its sender.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.perform")]
public sealed record PerformActivity(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] Quantity Quantity,
    [property: Id(2)] UnitPrice UnitPrice,
    [property: Id(3)] Guid UserId,
    [property: Id(4)] Guid WalletId,
    [property: Id(5)] string? Subject,
    [property: Id(6)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(7), JsonIgnore] ActivityPrice? Price = null,
    [property: Id(8), JsonIgnore] string? TimeZone = null,
    [property: Id(9)] int? HoldSeconds = null,
    [property: Id(10)] OnBehalf? Named = null) : Command(Context);

/// <summary>How a request names the user of an activity.</summary>
[GenerateSerializer, Alias("platform.activities.on-behalf")]
public enum OnBehalf
{
    /// <summary>By user; the user's wallet pays.</summary>
    User = 0,

    /// <summary>By wallet; the activity is for its owner.</summary>
    Wallet = 1,
}

/// <summary>Completes an activity, for the whole quantity if Quantity is null.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.complete")]
public sealed record CompleteActivity(CommandContext Context, [property: Id(0)] Quantity? Quantity = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.activities.cancel")]
public sealed record CancelActivity(CommandContext Context) : Command(Context);

/// <summary>
/// An activity with the inputs of its cost: price version, the user's usage of the month before it, and the month in its time zone; these
/// are null for old activities. Lines is null in lists. ActorId requested the activity for UserId.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.view")]
public sealed record ActivityView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Type,
    [property: Id(2)] Quantity Quantity,
    [property: Id(3)] UnitPrice UnitPrice,
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
    [property: Id(14)] Quantity? UsedBefore = null,
    [property: Id(15)] string? Month = null,
    [property: Id(16)] string? TimeZone = null,
    [property: Id(17)] DateTimeOffset? EndedAt = null,
    [property: Id(18)] IReadOnlyList<PriceLine>? Lines = null,
    [property: Id(19)] Guid? HoldId = null,
    [property: Id(20)] DateTimeOffset? ExpiresAt = null,
    [property: Id(21)] Guid? ActorId = null);
