namespace Platform.Wallets;

/// <summary>Spending limits of one type of activity, in the wallet's currency; null means unlimited.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.type-limit")]
public sealed record TypeLimit(
    [property: Id(0)] string Type, [property: Id(1)] Money? PerDay = null, [property: Id(2)] Money? PerMonth = null);

/// <summary>
/// Replaces the limits of a wallet; null means unlimited. Days and months follow the organisation's time zone. Charges, holds and
/// outgoing transfers count when they are made; the part of a hold that was not captured stops counting.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.set-limits")]
public sealed record SetLimits(
    CommandContext Context,
    [property: Id(0)] Money? CreditLimit,
    [property: Id(1)] Money? PerTransaction,
    [property: Id(2)] Money? PerDay,
    [property: Id(3)] Money? PerMonth,
    [property: Id(4)] IReadOnlyList<TypeLimit>? PerActivityType,
    [property: Id(5)] long? IfVersion) : Command(Context);

/// <summary>Freezes the wallet. Holds can still be voided.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.freeze")]
public sealed record Freeze(CommandContext Context, [property: Id(0)] string Reason) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.wallets.unfreeze")]
public sealed record Unfreeze(CommandContext Context, [property: Id(0)] string Reason) : Command(Context);
