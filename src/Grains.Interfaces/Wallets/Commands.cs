namespace Platform.Wallets;

[GenerateSerializer, Immutable, Alias("platform.wallets.open")]
public sealed record OpenWallet(
    CommandContext Context,
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Currency) : Command(Context);

/// <summary>Adds money from outside. The amount is positive and in the wallet's currency.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.deposit")]
public sealed record Deposit(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reference,
    [property: Id(2)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);

/// <summary>Takes money for a reason. The amount is positive, in the wallet's currency and at most what is available.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.charge")]
public sealed record Charge(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reason,
    [property: Id(2)] string? Reference,
    [property: Id(3)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);
