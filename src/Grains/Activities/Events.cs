using System.Text.Json.Serialization;
using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>What happened to an activity. Amounts are minor units of Currency.</summary>
[JsonDerivedType(typeof(ActivityRequested), "requested")]
[JsonDerivedType(typeof(ActivityCompleted), "completed")]
[JsonDerivedType(typeof(ActivityDeclined), "declined")]
public abstract record ActivityEvent;

/// <summary>
/// It is to be performed. With a price version it is rated next, by the tiers and the allowance of that version, which stand here where it
/// has any; without one the cost is known already.
/// </summary>
public sealed record ActivityRequested(
    string Type, int Quantity, long UnitPrice, long Cost, string Currency, Guid UserId, Guid WalletId, Guid ActorId, Guid Operation,
    string? Subject, IReadOnlyDictionary<string, string>? Metadata, DateTimeOffset At, int? PriceVersion = null,
    IReadOnlyList<PriceTier>? Tiers = null, long? FreeAllowance = null, string? TimeZone = null, string? Month = null) : ActivityEvent;

/// <summary>
/// The wallet was charged (or the activity costs nothing). Repeats what metrics need, so that they need no state. UsedBefore is null where
/// it was not rated.
/// </summary>
public sealed record ActivityCompleted(
    string Type, int Quantity, long Cost, string Currency, Guid? TransactionId, long? UsedBefore = null, DateTimeOffset? At = null) : ActivityEvent;

/// <summary>The wallet refused this cost.</summary>
public sealed record ActivityDeclined(Error Reason, long? Cost = null, long? UsedBefore = null, DateTimeOffset? At = null) : ActivityEvent;
