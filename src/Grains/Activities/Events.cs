using System.Text.Json.Serialization;
using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>An event of an activity. Amounts are in minor units of Currency.</summary>
[JsonDerivedType(typeof(ActivityRequested), "requested")]
[JsonDerivedType(typeof(ActivityCompleted), "completed")]
[JsonDerivedType(typeof(ActivityDeclined), "declined")]
[JsonDerivedType(typeof(ActivityAuthorised), "authorised")]
[JsonDerivedType(typeof(ActivityClosing), "closing")]
[JsonDerivedType(typeof(ActivityCancelled), "cancelled")]
[JsonDerivedType(typeof(ActivityExpired), "expired")]
public abstract record ActivityEvent;

/// <summary>
/// The activity was requested. With a price version it is rated next, by the tiers and allowance recorded here; without one the cost is
/// known already. HoldSeconds is null if it is charged at once, UnitPriceFraction if the unit price is in whole minor units.
/// </summary>
public sealed record ActivityRequested(
    string Type, Quantity Quantity, long UnitPrice, long Cost, string Currency, Guid UserId, Guid WalletId, Guid ActorId, Guid Operation,
    string? Subject, IReadOnlyDictionary<string, string>? Metadata, DateTimeOffset At, int? PriceVersion = null,
    IReadOnlyList<PriceTier>? Tiers = null, Quantity? FreeAllowance = null, string? TimeZone = null, string? Month = null,
    int? HoldSeconds = null, long? UnitPriceFraction = null) : ActivityEvent
{
    /// <summary>The unit price including its fraction.</summary>
    public UnitPrice ExactUnitPrice() => new(UnitPrice, Platform.Currency.Parse(Currency), UnitPriceFraction ?? 0);
}

/// <summary>
/// The wallet was charged, or the activity costs nothing. Repeats what metrics need, so that they need no state. UsedBefore is null if the
/// activity was not rated; Places is null if its units are one span after UsedBefore.
/// </summary>
public sealed record ActivityCompleted(
    string Type, Quantity Quantity, long Cost, string Currency, Guid? TransactionId, Quantity? UsedBefore = null, DateTimeOffset? At = null,
    IReadOnlyList<UsageSpan>? Places = null) : ActivityEvent;

/// <summary>The wallet refused the cost.</summary>
public sealed record ActivityDeclined(Error Reason, long? Cost = null, Quantity? UsedBefore = null, DateTimeOffset? At = null,
    IReadOnlyList<UsageSpan>? Places = null) : ActivityEvent;

/// <summary>The cost is held in the wallet; HoldId is null if it costs nothing.</summary>
public sealed record ActivityAuthorised(
    long Cost, Quantity UsedBefore, Guid? HoldId, DateTimeOffset ExpiresAt, DateTimeOffset At, IReadOnlyList<UsageSpan>? Places = null)
    : ActivityEvent;

/// <summary>How an authorised activity ends.</summary>
public enum Closing
{
    Complete = 0,
    Cancel = 1,
    Expire = 2,
}

/// <summary>It is decided how the activity ends; the wallet is called next. Quantity and Cost are what to capture.</summary>
public sealed record ActivityClosing(Closing As, Quantity Quantity, long Cost, DateTimeOffset At) : ActivityEvent;

public sealed record ActivityCancelled(DateTimeOffset At) : ActivityEvent;

public sealed record ActivityExpired(DateTimeOffset At) : ActivityEvent;
