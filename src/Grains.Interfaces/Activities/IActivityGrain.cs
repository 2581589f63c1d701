using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// One performed activity, such as a generated report, that is charged to a wallet: at once, or by a hold that is captured when the work
/// is done and given back when it failed or nobody says in time. What is to be done is recorded first; the same operation id at every
/// step makes it safe to resume after a crash. Key: organisation and activity id.
/// </summary>
[Alias("platform.activities.activity")]
public interface IActivityGrain : IGrainWithStringKey
{
    /// <summary>Performs the activity; answers when it is completed, or with the refusal of the wallet when it is declined.</summary>
    [Alias("perform")]
    Task<Result<ActivityView>> PerformAsync(PerformActivity command);

    /// <summary>Sets the cost aside; answers when that stands, or with the refusal of the wallet when the activity is declined.</summary>
    [Alias("authorise")]
    Task<Result<ActivityView>> AuthoriseAsync(PerformActivity command);

    /// <summary>Takes what was set aside, or the cost of a smaller quantity. Only one of complete, cancel and expiry wins.</summary>
    [Alias("complete")]
    Task<Result<ActivityView>> CompleteAsync(CompleteActivity command);

    /// <summary>Gives back what was set aside.</summary>
    [Alias("cancel")]
    Task<Result<ActivityView>> CancelAsync(CancelActivity command);

    /// <summary>Brings a recorded activity as far as it goes without its maker: to its end, or to where its maker has the next word.</summary>
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

    /// <summary>Its cost is set aside, until its maker completes or cancels it or its time runs out.</summary>
    Authorised = 3,
    Cancelled = 4,

    /// <summary>Nobody completed it in time; it was not charged.</summary>
    Expired = 5,
}

/// <summary>
/// What the price says of the quantity is charged to the wallet. The front door looks the price up in the catalogue; it and the time zone
/// of the month are what stood at the first try, and so no part of what makes two requests the same. Without a price the cost is unit
/// price times quantity. HoldSeconds is how long an authorisation lasts. Named is how the request named whom it is for; null where that is
/// its sender.
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

/// <summary>How a request names whom an activity is for.</summary>
[GenerateSerializer, Alias("platform.activities.on-behalf")]
public enum OnBehalf
{
    /// <summary>A user, whose wallet pays.</summary>
    User = 0,

    /// <summary>A wallet, whose owner it is for.</summary>
    Wallet = 1,
}

/// <summary>The work is done; of the whole quantity where none is named.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.complete")]
public sealed record CompleteActivity(CommandContext Context, [property: Id(0)] Quantity? Quantity = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.activities.cancel")]
public sealed record CancelActivity(CommandContext Context) : Command(Context);

/// <summary>
/// An activity. What its cost was worked out from stands beside it: the version of the price, what the user had used of the month before
/// it, and the month in its time zone. Null where it was performed before that was kept; Lines are not part of lists. ActorId asked for it,
/// UserId is for whom.
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
