namespace Platform.Wallets;

/// <summary>
/// Lets a wallet spend from a parent of the same organisation and currency, a slice of money at a time; 0 ends that. The wallet holds
/// nothing of its own then: its money is leased. How much it may spend is said by its limits, which are replaced in the same step where
/// they are named. What it has beyond a lower slice or limit goes back.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.set-budget")]
public sealed record SetBudget(
    CommandContext Context, [property: Id(0)] Guid ParentId, [property: Id(1)] Money Slice, [property: Id(2)] BudgetLimits? Limits = null)
    : Command(Context);

/// <summary>The limits of a budget; null is none.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.budget-limits")]
public sealed record BudgetLimits(
    [property: Id(0)] Money? PerTransaction,
    [property: Id(1)] Money? PerDay,
    [property: Id(2)] Money? PerMonth,
    [property: Id(3)] IReadOnlyList<TypeLimit>? PerActivityType);

/// <summary>
/// Asks the parent for money: a slice where it has it, at least what is needed, for an operation of the child. A child that gives its
/// version tells what it spends by itself; one of an earlier build does not, and its Spent is settled here.
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

/// <summary>What the parent has leased, sent to the child; the id is that of the parent's transaction.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.receive-lease")]
public sealed record ReceiveLease(
    CommandContext Context,
    [property: Id(0)] Guid LeaseId,
    [property: Id(1)] Guid ParentId,
    [property: Id(2)] Money Amount,
    [property: Id(3)] Guid? ForOperation = null) : Command(Context);

/// <summary>
/// Gives what was leased and is neither spent nor held to the parent: all of it, or an amount that was drawn for an operation which was
/// refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.give-back-lease")]
public sealed record GiveBackLease(
    CommandContext Context, [property: Id(0)] Money? Amount = null, [property: Id(1)] Guid? ForOperation = null) : Command(Context);

/// <summary>
/// What was leased and comes back, to the parent: given back by the child, or never received. The id is that of the transaction that
/// began it. Spent is what a child of an earlier build has spent in all.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.take-back-lease")]
public sealed record TakeBackLease(
    CommandContext Context,
    [property: Id(0)] Guid ChildId,
    [property: Id(1)] Guid BeganBy,
    [property: Id(2)] Money Amount,
    [property: Id(3)] long? Spent) : Command(Context);

/// <summary>
/// What a child has spent in all, up to a version of it, and when it last did. Without the instant it may have told before: the parent
/// looks in the child's journal, unless it knows the amount.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.lease-spending")]
public sealed record LeaseSpending([property: Id(0)] long? Spent, [property: Id(1)] long Version, [property: Id(2)] DateTimeOffset? At);

/// <summary>The spending of one child, up to the last of a day.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.child-spending")]
public sealed record ChildSpending(
    [property: Id(0)] Guid ChildId, [property: Id(1)] long Spent, [property: Id(2)] long Version, [property: Id(3)] DateTimeOffset At);

/// <summary>Of a parent: settles what its children have told it, in the order of the instants.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.settle-leases")]
public sealed record SettleLeases(CommandContext Context, [property: Id(0)] IReadOnlyList<ChildSpending> Spendings) : Command(Context);

/// <summary>What a parent answers a child that tells it what it has spent.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.parent-standing")]
public sealed record ParentStanding([property: Id(0)] WalletStatus Status);
