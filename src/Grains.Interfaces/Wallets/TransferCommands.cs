using System.Text.Json.Serialization;

namespace Platform.Wallets;

/// <summary>
/// Sends paid money to another wallet of the organisation in the same currency. The first leg records the intention: once it is
/// durable, either the second leg follows or the first is returned.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.transfer")]
public sealed record Transfer(
    CommandContext Context,
    [property: Id(0)] Guid ToWalletId,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string Reason,
    [property: Id(3)] string? Reference,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);

/// <summary>The second leg of a transfer, sent by the sending wallet; the id is that of the first leg's transaction.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.receive")]
public sealed record ReceiveTransfer(
    CommandContext Context,
    [property: Id(0)] Guid TransferId,
    [property: Id(1)] Guid FromWalletId,
    [property: Id(2)] Money Amount,
    [property: Id(3)] string? Reason,
    [property: Id(4)] string? Reference) : Command(Context);

/// <summary>
/// Returns the first leg because the second was refused; sent by the wallet to itself. The refusal is not part of the fingerprint.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.return-transfer")]
public sealed record ReturnTransfer(
    CommandContext Context,
    [property: Id(0)] Guid TransferId,
    [property: Id(1)] Money Amount,
    [property: Id(2), JsonIgnore] int? Day,
    [property: Id(3), JsonIgnore] Error Refusal) : Command(Context);

/// <summary>A transfer with both legs. The id is that of the first leg's transaction.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.transfer-view")]
public sealed record TransferView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid FromWalletId,
    [property: Id(2)] Guid ToWalletId,
    [property: Id(3)] Money Amount,
    [property: Id(4)] string? Reason,
    [property: Id(5)] DateTimeOffset At,
    [property: Id(6)] WalletTransaction From,
    [property: Id(7)] WalletTransaction To);
