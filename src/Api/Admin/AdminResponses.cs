using Platform.Activities;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Admin;

/// <summary>A sum over many wallets: an exact decimal, which may exceed the maximum of one wallet.</summary>
public sealed record MoneyTotal(string Amount, string Currency);

/// <summary>The number of organisations, without the platform's own.</summary>
public sealed record OrganisationCounts(long Total, long Active, long Suspended, IReadOnlyDictionary<string, long> ByKind);

/// <summary>The number of users, of disabled ones, and of those active in the last 15 minutes and since midnight.</summary>
public sealed record UserCounts(long Total, long Disabled, long ActiveNow, long ActiveToday, IReadOnlyDictionary<string, long> ByTier);

public sealed record WalletCounts(long Total, IReadOnlyDictionary<string, long> ByCurrency);

/// <summary>All-time amounts per currency, and current balances. Revenue is charges minus refunds.</summary>
public sealed record MoneyFigures(
    IReadOnlyList<MoneyTotal> Balances, IReadOnlyList<MoneyTotal> Revenue, IReadOnlyList<MoneyTotal> Deposits,
    IReadOnlyList<MoneyTotal> Charges, IReadOnlyList<MoneyTotal> Refunds);

/// <summary>The platform at a glance. Days start at midnight in the time zone.</summary>
public sealed record OverviewResponse(
    DateTimeOffset At, string TimeZone, OrganisationCounts Organisations, UserCounts Users, WalletCounts Wallets, MoneyFigures Money);

/// <summary>The revenue of one bucket; partial if it has not ended.</summary>
public sealed record RevenueBucket(DateTimeOffset Start, DateTimeOffset End, bool Partial, IReadOnlyList<MoneyTotal> Revenue);

/// <summary>Revenue over time, with totals.</summary>
public sealed record RevenueResponse(
    string Granularity, string TimeZone, IReadOnlyList<RevenueBucket> Buckets, IReadOnlyList<MoneyTotal> Totals);

/// <summary>An organisation in a list, with its users, wallets, spend and balance.</summary>
public sealed record OrganisationSummary(
    Guid Id, string Name, OrganisationKind Kind, OrganisationStatus Status, string Currency, DateTimeOffset CreatedAt,
    long Users, long SubUsers, long Wallets, IReadOnlyList<MoneyTotal> Spend, IReadOnlyList<MoneyTotal> Balance);

/// <summary>One organisation with its figures.</summary>
public sealed record OrganisationDetail(OrganisationView Organisation, UserCounts Users, WalletCounts Wallets, MoneyFigures Money);

/// <summary>A user of any organisation, with what support needs.</summary>
public sealed record FoundUser(
    Guid Id, string Email, string DisplayName, UserTier Tier, UserStatus Status, bool EmailVerified, bool MfaEnabled,
    Guid OrganisationId, string? OrganisationName, DateTimeOffset CreatedAt);

/// <summary>
/// An event in an organisation. Type is entity.event, such as wallet.charged; ActivityType and Quantity are only set for activities.
/// </summary>
public sealed record ActivityItem(
    Guid Id, string Type, Guid OrganisationId, string? OrganisationName, Guid EntityId, Guid ActorId, DateTimeOffset At,
    Money? Amount, string? Reason, string? Reference, string? ActivityType, Quantity? Quantity);

/// <summary>The first message to a subscriber: the overview and the newest activity, newest first.</summary>
public sealed record AdminSnapshotMessage(long Offset, OverviewResponse Overview, IReadOnlyList<ActivityItem> Activity);

/// <summary>
/// The changed overview and the activity since the last message, newest first. Offsets run 1, 2, 3..; a gap means that messages were
/// dropped because the client was slow.
/// </summary>
public sealed record AdminUpdateMessage(long Offset, OverviewResponse Overview, IReadOnlyList<ActivityItem> Activity);
