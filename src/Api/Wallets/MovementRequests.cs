using Platform.Api.Http;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Sets an amount aside for so many seconds.</summary>
public sealed record HoldRequest(
    Money Amount, int ExpiresIn, string Reason, string? Reference = null, IReadOnlyDictionary<string, string>? Metadata = null, string? ActivityType = null)
    : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(WalletRules.IsHoldTime(ExpiresIn), WalletErrors.InvalidExpiry)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(Reference is null || WalletRules.IsReference(Reference), WalletErrors.InvalidReference)
        .Require(ActivityType is null || WalletRules.IsActivityType(ActivityType), WalletErrors.InvalidActivityType)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Hold ToCommand(CommandContext context) => new(context, Amount, ExpiresIn, Reason, Reference, Metadata, ActivityType);
}

/// <summary>How much of a hold is taken; all of it if no amount is named.</summary>
public sealed record CaptureRequest(Money? Amount = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) => check.Amount(Amount);

    public Capture ToCommand(CommandContext context, Guid hold) => new(context, hold, Amount);
}

/// <summary>How much of a charge is given back; all that is left of it if no amount is named.</summary>
public sealed record RefundRequest(Money? Amount = null, string? Reason = null, IReadOnlyDictionary<string, string>? Metadata = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(Reason is null || WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Refund ToCommand(CommandContext context, Guid original, long originalVersion) => new(context, original, originalVersion, Amount, Reason, Metadata);
}

/// <summary>Why something is done.</summary>
public sealed record ReasonRequest(string Reason) : IValidated
{
    public void Validate(Validation check) => check.Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason);
}

/// <summary>Corrects a balance; effectiveAt is in the past if the correction belongs there.</summary>
public sealed record AdjustRequest(
    Money Amount, AdjustmentDirection Direction, string Reason, string? Reference = null, DateTimeOffset? EffectiveAt = null,
    IReadOnlyDictionary<string, string>? Metadata = null) : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(Reference is null || WalletRules.IsReference(Reference), WalletErrors.InvalidReference)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Adjust ToCommand(CommandContext context) => new(context, Amount, Direction, Reason, Reference, EffectiveAt, Metadata);
}

/// <summary>Grants promotional credit; a priority below 50 is spent before paid money.</summary>
public sealed record PromoteRequest(
    Money Amount, string Reason, int Priority = 10, DateTimeOffset? ExpiresAt = null, IReadOnlyDictionary<string, string>? Metadata = null) : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(WalletRules.IsPriority(Priority), WalletErrors.InvalidCredit)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Promote ToCommand(CommandContext context) => new(context, Amount, Reason, Priority, ExpiresAt, Metadata);
}

/// <summary>The limits of a wallet; what is left out is no limit, and no credit.</summary>
public sealed record LimitsRequest(
    Money? CreditLimit = null, Money? PerTransaction = null, Money? PerDay = null, Money? PerMonth = null,
    IReadOnlyList<TypeLimit>? PerActivityType = null) : IValidated
{
    public void Validate(Validation check)
    {
        foreach (var (pointer, amount) in WalletRules.NamedLimits(CreditLimit, PerTransaction, PerDay, PerMonth, PerActivityType))
        {
            if (WalletRules.CheckLimit(pointer, amount) is { } unfit)
            {
                check.Require(false, unfit);
            }
        }
    }

    public SetLimits ToCommand(CommandContext context, long? ifVersion) =>
        new(context, CreditLimit, PerTransaction, PerDay, PerMonth, PerActivityType, ifVersion);
}

/// <summary>Moves money from one wallet to another.</summary>
public sealed record TransferRequest(
    Guid FromWalletId, Guid ToWalletId, Money Amount, string Reason, string? Reference = null, IReadOnlyDictionary<string, string>? Metadata = null)
    : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(FromWalletId != ToWalletId, WalletErrors.SameWallet)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(Reference is null || WalletRules.IsReference(Reference), WalletErrors.InvalidReference)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    /// <summary>For the wallet that the money leaves, which the command does not name.</summary>
    public Transfer ToCommand(CommandContext context) => new(context, ToWalletId, Amount, Reason, Reference, Metadata);
}
