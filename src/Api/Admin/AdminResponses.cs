using Platform.Activities;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Admin;

/// <summary>A sum over many wallets: an exact decimal, which may be more than one wallet could hold.</summary>
public sealed record MoneyTotal(string Amount, string Currency);

/// <summary>How many organisations there are; the platform's own is none of them.</summary>
public sealed record OrganisationCounts(long Total, long Active, long Suspended, IReadOnlyDictionary<string, long> ByKind);

/// <summary>How many users there are, how many of them are disabled, and how many acted in the last 15 minutes and since midnight.</summary>
public sealed record UserCounts(long Total, long Disabled, long ActiveNow, long ActiveToday, IReadOnlyDictionary<string, long> ByTier);

public sealed record WalletCounts(long Total, IReadOnlyDictionary<string, long> ByCurrency);

/// <summary>Amounts since the beginning, by currency; balances as they are now. Revenue is charges less refunds.</summary>
public sealed record MoneyFigures(
    IReadOnlyList<MoneyTotal> Balances, IReadOnlyList<MoneyTotal> Revenue, IReadOnlyList<MoneyTotal> Deposits, IReadOnlyList<MoneyTotal> Charges,
    IReadOnlyList<MoneyTotal> Refunds);

/// <summary>The platform at a glance. Midnight is that of the time zone.</summary>
public sealed record OverviewResponse(
    DateTimeOffset At, string TimeZone, OrganisationCounts Organisations, UserCounts Users, WalletCounts Wallets, MoneyFigures Money);

/// <summary>What was earned from one instant to another; partial where that is not over.</summary>
public sealed record RevenueBucket(DateTimeOffset Start, DateTimeOffset End, bool Partial, IReadOnlyList<MoneyTotal> Revenue);

/// <summary>Revenue over time, and all of it together.</summary>
public sealed record RevenueResponse(string Granularity, string TimeZone, IReadOnlyList<RevenueBucket> Buckets, IReadOnlyList<MoneyTotal> Totals);

/// <summary>An organisation in a list: its users, wallets, what it has spent and what its wallets hold.</summary>
public sealed record OrganisationSummary(
    Guid Id, string Name, OrganisationKind Kind, OrganisationStatus Status, string Currency, DateTimeOffset CreatedAt,
    long Users, long SubUsers, long Wallets, IReadOnlyList<MoneyTotal> Spend, IReadOnlyList<MoneyTotal> Balance);

/// <summary>One organisation with its figures.</summary>
public sealed record OrganisationDetail(OrganisationView Organisation, UserCounts Users, WalletCounts Wallets, MoneyFigures Money);

/// <summary>A user of any organisation, as far as helping them asks for it.</summary>
public sealed record FoundUser(
    Guid Id, string Email, string DisplayName, UserTier Tier, UserStatus Status, bool EmailVerified, bool MfaEnabled,
    Guid OrganisationId, string? OrganisationName, DateTimeOffset CreatedAt);

/// <summary>Something that happened in an organisation. Type is entity.event, such as wallet.charged; ActivityType and Quantity are those of activities.</summary>
public sealed record ActivityItem(
    Guid Id, string Type, Guid OrganisationId, string? OrganisationName, Guid EntityId, Guid ActorId, DateTimeOffset At,
    Money? Amount, string? Reason, string? Reference, string? ActivityType, Quantity? Quantity);

/// <summary>What a live subscriber is sent first: the overview and the newest happenings, newest first.</summary>
public sealed record AdminSnapshotMessage(long Offset, OverviewResponse Overview, IReadOnlyList<ActivityItem> Activity);

/// <summary>The overview where it changed, and what happened since, newest first. Offsets run 1, 2, 3..; a gap means that a slow client was spared some.</summary>
public sealed record AdminUpdateMessage(long Offset, OverviewResponse Overview, IReadOnlyList<ActivityItem> Activity);
