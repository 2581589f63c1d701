namespace Platform.Wallets;

/// <summary>
/// Lets a wallet spend from a parent of the same organisation and currency, leasing a slice of money at a time; a slice of 0 ends the
/// budget. All money of such a wallet is leased. Limits, if given, replace its limits in the same step. Leased money above a lowered
/// slice or limit returns to the parent.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.set-budget")]
public sealed record SetBudget(
    CommandContext Context, [property: Id(0)] Guid ParentId, [property: Id(1)] Money Slice, [property: Id(2)] BudgetLimits? Limits = null)
    : Command(Context);

/// <summary>The limits of a budget; null means unlimited.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.budget-limits")]
public sealed record BudgetLimits(
    [property: Id(0)] Money? PerTransaction,
    [property: Id(1)] Money? PerDay,
    [property: Id(2)] Money? PerMonth,
    [property: Id(3)] IReadOnlyList<TypeLimit>? PerActivityType);

/// <summary>
/// Asks the parent to lease a slice, or at least what is needed, for an operation of the child. A child that sends its version reports
/// its spending separately; the Spent of a child of an earlier build is settled here.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.draw-lease")]
public sealed record DrawLease(
    CommandContext Context,
    [property: Id(0)] Guid ChildId,
    [property: Id(1)] Money Needed,
    [property: Id(2)] Money Slice,
    [property: Id(3)] long Spent,
    [property: Id(4)] long? ChildVersion = null,
    [property: Id(5)] Guid? ForOperation = null) : Command(Context);

/// <summary>Delivers leased money to the child; the id is that of the parent's transaction.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.receive-lease")]
public sealed record ReceiveLease(
    CommandContext Context,
    [property: Id(0)] Guid LeaseId,
    [property: Id(1)] Guid ParentId,
    [property: Id(2)] Money Amount,
    [property: Id(3)] Guid? ForOperation = null) : Command(Context);

/// <summary>
/// Returns leased money that is neither spent nor held to the parent: all of it, or the amount that was drawn for an operation that was
/// then refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.give-back-lease")]
public sealed record GiveBackLease(
    CommandContext Context, [property: Id(0)] Money? Amount = null, [property: Id(1)] Guid? ForOperation = null) : Command(Context);

/// <summary>
/// Returns leased money to the parent, because the child gave it back or never received it. BeganBy is the transaction that started the
/// return. Spent is the total spending of a child of an earlier build.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.take-back-lease")]
public sealed record TakeBackLease(
    CommandContext Context,
    [property: Id(0)] Guid ChildId,
    [property: Id(1)] Guid BeganBy,
    [property: Id(2)] Money Amount,
    [property: Id(3)] long? Spent) : Command(Context);

/// <summary>
/// What a child has spent in total up to a version, and when it last did. If At is null, the child may have reported before: the parent
/// reads the child's journal unless it knows the amount.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.lease-spending")]
public sealed record LeaseSpending([property: Id(0)] long? Spent, [property: Id(1)] long Version, [property: Id(2)] DateTimeOffset? At);

/// <summary>The total spending of one child up to a version.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.child-spending")]
public sealed record ChildSpending(
    [property: Id(0)] Guid ChildId, [property: Id(1)] long Spent, [property: Id(2)] long Version, [property: Id(3)] DateTimeOffset At);

/// <summary>Settles the spending that the children of a parent have reported, in time order.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.settle-leases")]
public sealed record SettleLeases(CommandContext Context, [property: Id(0)] IReadOnlyList<ChildSpending> Spendings) : Command(Context);

/// <summary>A parent's reply to a child that reports its spending.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.parent-standing")]
public sealed record ParentStanding([property: Id(0)] WalletStatus Status);
