using System.Text.Json.Serialization;

namespace Platform.Wallets;

[GenerateSerializer, Immutable, Alias("platform.wallets.open")]
public sealed record OpenWallet(
    CommandContext Context,
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Currency) : Command(Context);

/// <summary>
/// Deposits money. The amount must be positive and in the wallet's currency. With UniqueReference the deposit is refused if a
/// transaction of the wallet already has the reference. UniqueReference is not part of the command's fingerprint.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.deposit")]
public sealed record Deposit(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reference,
    [property: Id(2)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(3), JsonIgnore] bool UniqueReference = false) : Command(Context);

/// <summary>
/// Charges the wallet. The amount must be positive, in the wallet's currency and at most the available balance. The activity type
/// selects the per-type limits that apply.
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
/// Grants promotional credit. Credit with a priority below 50 is spent before paid money, other credit after it; lower priorities go
/// first. The credit expires at ExpiresAt if set.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.promote")]
public sealed record Promote(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] string Reason,
    [property: Id(2)] int Priority,
    [property: Id(3)] DateTimeOffset? ExpiresAt,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);
