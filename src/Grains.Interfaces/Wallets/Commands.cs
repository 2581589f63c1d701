using System.Text.Json.Serialization;

namespace Platform.Wallets;

[GenerateSerializer, Immutable, Alias("platform.wallets.open")]
public sealed record OpenWallet(
    CommandContext Context,
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Currency) : Command(Context);

/// <summary>
/// Adds money from outside. The amount is positive and in the wallet's currency. With a unique reference it is refused where a
/// transaction of the wallet has that reference; how strict an import is, is no part of what it asks for.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.deposit")]
public sealed record Deposit(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reference,
    [property: Id(2)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(3), JsonIgnore] bool UniqueReference = false) : Command(Context);

/// <summary>
/// Takes money for a reason. The amount is positive, in the wallet's currency and at most what is available. The activity type
/// says which limits of the wallet it counts for.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.charge")]
public sealed record Charge(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reason,
    [property: Id(2)] string? Reference,
    [property: Id(3)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(4)] string? ActivityType = null) : Command(Context);

/// <summary>
/// Grants promotional credit. It is spent before paid money where its priority is below 50, after it otherwise, the lowest first,
/// and expires at an instant where one is named.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.promote")]
public sealed record Promote(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reason,
    [property: Id(2)] int Priority,
    [property: Id(3)] DateTimeOffset? ExpiresAt,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);
