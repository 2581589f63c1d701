using System.Text.Json.Serialization;

namespace Platform.Grains.Activities;

/// <summary>What happened to an activity. Amounts are minor units of Currency.</summary>
[JsonDerivedType(typeof(ActivityRequested), "requested")]
[JsonDerivedType(typeof(ActivityCompleted), "completed")]
[JsonDerivedType(typeof(ActivityDeclined), "declined")]
public abstract record ActivityEvent;

public sealed record ActivityRequested(
    string Type, int Quantity, long UnitPrice, long Cost, string Currency, Guid UserId, Guid WalletId, Guid ActorId, Guid Operation,
    string? Subject, IReadOnlyDictionary<string, string>? Metadata, DateTimeOffset At) : ActivityEvent;

/// <summary>The wallet was charged (or the activity costs nothing). Repeats what metrics need, so that they need no state.</summary>
public sealed record ActivityCompleted(string Type, int Quantity, long Cost, string Currency, Guid? TransactionId) : ActivityEvent;

/// <summary>The wallet refused.</summary>
public sealed record ActivityDeclined(Error Reason) : ActivityEvent;
