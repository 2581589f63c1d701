using Platform.Api.Common;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Sets an amount aside for so many seconds.</summary>
public sealed record HoldRequest(
    Money Amount, int ExpiresIn, string Reason, string? Reference = null, IReadOnlyDictionary<string, string>? Metadata = null, string? ActivityType = null)
    : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount, WalletErrors.InvalidAmount)
        .Require(ExpiresIn is >= 1 and <= WalletErrors.MaxHoldSeconds, WalletErrors.InvalidExpiry)
        .Text(Reason, 1, 500, WalletErrors.InvalidReason)
        .OptionalText(Reference, 1, 200, WalletErrors.InvalidReference)
        .OptionalText(ActivityType, 1, 64, WalletErrors.InvalidActivityType)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>How much of a hold is taken; all of it where no amount is named.</summary>
public sealed record CaptureRequest(Money? Amount = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) =>
        check.Require(Amount is not { } amount || amount.Minor is > 0 and <= Money.MaxRequestMinor, WalletErrors.InvalidAmount);
}

/// <summary>How much of a charge is given back; all that is left of it where no amount is named.</summary>
public sealed record RefundRequest(Money? Amount = null, string? Reason = null, IReadOnlyDictionary<string, string>? Metadata = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) => check
        .Require(Amount is not { } amount || amount.Minor is > 0 and <= Money.MaxRequestMinor, WalletErrors.InvalidAmount)
        .OptionalText(Reason, 1, 500, WalletErrors.InvalidReason)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>Why something is done.</summary>
public sealed record ReasonRequest(string Reason) : IValidated
{
    public void Validate(Validation check) => check.Text(Reason, 1, 500, WalletErrors.InvalidReason);
}

/// <summary>Corrects a balance; effectiveAt is in the past where the correction belongs there.</summary>
public sealed record AdjustRequest(
    Money Amount, AdjustmentDirection Direction, string Reason, string? Reference = null, DateTimeOffset? EffectiveAt = null,
    IReadOnlyDictionary<string, string>? Metadata = null) : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount, WalletErrors.InvalidAmount)
        .Text(Reason, 1, 500, WalletErrors.InvalidReason)
        .OptionalText(Reference, 1, 200, WalletErrors.InvalidReference)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>Grants promotional credit; a priority below 50 is spent before paid money.</summary>
public sealed record PromoteRequest(
    Money Amount, string Reason, int Priority = 10, DateTimeOffset? ExpiresAt = null, IReadOnlyDictionary<string, string>? Metadata = null) : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount, WalletErrors.InvalidAmount)
        .Text(Reason, 1, 500, WalletErrors.InvalidReason)
        .Require(Priority is >= 0 and <= 100, WalletErrors.InvalidCredit)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>The limits of a wallet; what is left out is no limit, and no credit.</summary>
public sealed record LimitsRequest(
    Money? CreditLimit = null, Money? PerTransaction = null, Money? PerDay = null, Money? PerMonth = null,
    IReadOnlyList<TypeLimit>? PerActivityType = null) : IValidated
{
    public void Validate(Validation check) => check.Require(
        new[] { CreditLimit, PerTransaction, PerDay, PerMonth }.All(amount => amount is not { } one || one.Minor is >= 0 and <= Money.MaxRequestMinor),
        WalletErrors.InvalidLimit);
}

/// <summary>Moves money from one wallet to another.</summary>
public sealed record TransferRequest(
    Guid FromWalletId, Guid ToWalletId, Money Amount, string Reason, string? Reference = null, IReadOnlyDictionary<string, string>? Metadata = null)
    : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount, WalletErrors.InvalidAmount)
        .Require(FromWalletId != ToWalletId, WalletErrors.SameWallet)
        .Text(Reason, 1, 500, WalletErrors.InvalidReason)
        .OptionalText(Reference, 1, 200, WalletErrors.InvalidReference)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}
