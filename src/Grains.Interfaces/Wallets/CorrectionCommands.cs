using System.Text.Json.Serialization;

namespace Platform.Wallets;

/// <summary>
/// Gives money back that a charge or capture took, all that is left of it where no amount is named, into the buckets that it came
/// from. The original is named by its id and by the version of the wallet that it made.
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
/// Undoes what is left of a transaction: a charge, capture, deposit, adjustment or promotion. Of a promotion that is the credit that
/// nobody has spent or holds. An import that cannot be finished takes its rows back even from a wallet that was frozen meanwhile.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.reverse")]
public sealed record Reverse(
    CommandContext Context,
    [property: Id(0)] Guid OriginalId,
    [property: Id(1)] long OriginalVersion,
    [property: Id(2)] string Reason,
    [property: Id(3), JsonIgnore] bool EvenIfFrozen = false) : Command(Context);

/// <summary>Which way an adjustment goes.</summary>
[GenerateSerializer, Alias("platform.wallets.direction")]
public enum AdjustmentDirection
{
    Credit = 0,
    Debit = 1,
}

/// <summary>
/// Corrects a balance. EffectiveAt is in the past where the correction belongs there; when it was known stays visible. For a unique
/// reference see <see cref="Deposit"/>.
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
