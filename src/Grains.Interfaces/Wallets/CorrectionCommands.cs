using System.Text.Json.Serialization;

namespace Platform.Wallets;

/// <summary>
/// Refunds a charge or capture into the buckets that the money came from; all that remains if Amount is null. The original is given by
/// its id and the wallet version it created.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.refund")]
public sealed record Refund(
    CommandContext Context,
    [property: Id(0)] Guid OriginalId,
    [property: Id(1)] long OriginalVersion,
    [property: Id(2)] Money? Amount,
    [property: Id(3)] string? Reason,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);

/// <summary>
/// Reverses what remains of a charge, capture, deposit, adjustment or promotion. For a promotion that is the credit that is neither
/// spent nor held. EvenIfFrozen lets a failed atomic import reverse its rows in a wallet that was frozen meanwhile.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.reverse")]
public sealed record Reverse(
    CommandContext Context,
    [property: Id(0)] Guid OriginalId,
    [property: Id(1)] long OriginalVersion,
    [property: Id(2)] string Reason,
    [property: Id(3), JsonIgnore] bool EvenIfFrozen = false) : Command(Context);

/// <summary>The direction of an adjustment.</summary>
[GenerateSerializer, Alias("platform.wallets.direction")]
public enum AdjustmentDirection
{
    Credit = 0,
    Debit = 1,
}

/// <summary>
/// Corrects a balance, effective now or at EffectiveAt in the past; the time of recording stays visible. For UniqueReference see
/// <see cref="Deposit"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.adjust")]
public sealed record Adjust(
    CommandContext Context,
    [property: Id(0)] Money Amount,
    [property: Id(1)] AdjustmentDirection Direction,
    [property: Id(2)] string Reason,
    [property: Id(3)] string? Reference,
    [property: Id(4)] DateTimeOffset? EffectiveAt,
    [property: Id(5)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(6), JsonIgnore] bool UniqueReference = false) : Command(Context);
