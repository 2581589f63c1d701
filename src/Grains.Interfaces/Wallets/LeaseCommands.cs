namespace Platform.Wallets;

/// <summary>
/// Lets a wallet spend from a parent of the same organisation and currency, a slice of money at a time; 0 ends that. The wallet holds
/// nothing of its own then: its money is leased. How much it may spend is said by its limits.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.set-budget")]
public sealed record SetBudget(
    CommandContext Context, [property: Id(0)] Guid ParentId, [property: Id(1)] Money Slice) : Command(Context);

/// <summary>
/// Asks the parent for money: a slice where it has it, at least what is needed. It settles what the child has spent in all so far; with
/// nothing needed it only settles.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.draw-lease")]
public sealed record DrawLease(
    CommandContext Context,
    [property: Id(0)] Guid ChildId,
    [property: Id(1)] Money Needed,
    [property: Id(2)] Money Slice,
    [property: Id(3)] long Spent) : Command(Context);

/// <summary>What the parent has leased, sent to the child; the id is that of the parent's transaction.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.receive-lease")]
public sealed record ReceiveLease(
    CommandContext Context, [property: Id(0)] Guid LeaseId, [property: Id(1)] Guid ParentId, [property: Id(2)] Money Amount) : Command(Context);

/// <summary>Gives all that was leased and is neither spent nor held back to the parent.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.give-back-lease")]
public sealed record GiveBackLease(CommandContext Context) : Command(Context);

/// <summary>
/// What was leased and comes back, to the parent: given back by the child, with what it has spent in all, or never received. The id is
/// that of the transaction that began it.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.take-back-lease")]
public sealed record TakeBackLease(
    CommandContext Context,
    [property: Id(0)] Guid ChildId,
    [property: Id(1)] Guid BeganBy,
    [property: Id(2)] Money Amount,
    [property: Id(3)] long? Spent) : Command(Context);
