namespace Platform.Wallets;

/// <summary>Limits on what one type of activity may cost, in the wallet's currency; null is none.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.type-limit")]
public sealed record TypeLimit([property: Id(0)] string Type, [property: Id(1)] Money? PerDay = null, [property: Id(2)] Money? PerMonth = null);

/// <summary>
/// Replaces the limits of a wallet; null is none. Days and months are those of the organisation's time zone. Charges, holds and
/// transfers out count when they are made; what a hold did not take counts no longer.
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

/// <summary>Stops everything that moves money, but what gives held money back.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.freeze")]
public sealed record Freeze(CommandContext Context, [property: Id(0)] string Reason) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.wallets.unfreeze")]
public sealed record Unfreeze(CommandContext Context, [property: Id(0)] string Reason) : Command(Context);
