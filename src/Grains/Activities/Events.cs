using System.Text.Json.Serialization;
using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>What happened to an activity. Amounts are minor units of Currency.</summary>
[JsonDerivedType(typeof(ActivityRequested), "requested")]
[JsonDerivedType(typeof(ActivityCompleted), "completed")]
[JsonDerivedType(typeof(ActivityDeclined), "declined")]
[JsonDerivedType(typeof(ActivityAuthorised), "authorised")]
[JsonDerivedType(typeof(ActivityClosing), "closing")]
[JsonDerivedType(typeof(ActivityCancelled), "cancelled")]
[JsonDerivedType(typeof(ActivityExpired), "expired")]
public abstract record ActivityEvent;

/// <summary>
/// It is to be performed. With a price version it is rated next, by the tiers and the allowance of that version, which stand here where it
/// has any; without one the cost is known already. HoldSeconds is null where it is charged at once, UnitPriceFraction where the unit price
/// is whole minor units.
/// </summary>
public sealed record ActivityRequested(
    string Type, Quantity Quantity, long UnitPrice, long Cost, string Currency, Guid UserId, Guid WalletId, Guid ActorId, Guid Operation,
    string? Subject, IReadOnlyDictionary<string, string>? Metadata, DateTimeOffset At, int? PriceVersion = null,
    IReadOnlyList<PriceTier>? Tiers = null, Quantity? FreeAllowance = null, string? TimeZone = null, string? Month = null,
    int? HoldSeconds = null, long? UnitPriceFraction = null) : ActivityEvent
{
    /// <summary>The unit price: UnitPrice minor units, and what is beyond them.</summary>
    public UnitPrice ExactUnitPrice() => new(UnitPrice, Platform.Currency.Parse(Currency), UnitPriceFraction ?? 0);
}

/// <summary>
/// The wallet was charged (or the activity costs nothing). Repeats what metrics need, so that they need no state. UsedBefore is null where
/// it was not rated; Places are null where it stands in one piece after it.
/// </summary>
public sealed record ActivityCompleted(
    string Type, Quantity Quantity, long Cost, string Currency, Guid? TransactionId, Quantity? UsedBefore = null, DateTimeOffset? At = null,
    IReadOnlyList<UsageSpan>? Places = null) : ActivityEvent;

/// <summary>The wallet refused this cost.</summary>
public sealed record ActivityDeclined(Error Reason, long? Cost = null, Quantity? UsedBefore = null, DateTimeOffset? At = null,
    IReadOnlyList<UsageSpan>? Places = null) : ActivityEvent;

/// <summary>The cost is set aside in the wallet; HoldId is null where it costs nothing.</summary>
public sealed record ActivityAuthorised(
    long Cost, Quantity UsedBefore, Guid? HoldId, DateTimeOffset ExpiresAt, DateTimeOffset At, IReadOnlyList<UsageSpan>? Places = null) : ActivityEvent;

/// <summary>How an authorised activity is to end.</summary>
public enum Closing
{
    Complete = 0,
    Cancel = 1,
    Expire = 2,
}

/// <summary>It is decided how it is to end, and once: the wallet is told next. Quantity and Cost are what is to be taken.</summary>
public sealed record ActivityClosing(Closing As, Quantity Quantity, long Cost, DateTimeOffset At) : ActivityEvent;

public sealed record ActivityCancelled(DateTimeOffset At) : ActivityEvent;

public sealed record ActivityExpired(DateTimeOffset At) : ActivityEvent;
