using Platform.Api.Http;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Reserves an amount. ExpiresIn is in seconds.</summary>
public sealed record HoldRequest(
    Money Amount, int ExpiresIn, string Reason, string? Reference = null, IReadOnlyDictionary<string, string>? Metadata = null,
    string? ActivityType = null)
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

/// <summary>Captures an amount of a hold; all of it if the amount is omitted.</summary>
public sealed record CaptureRequest(Money? Amount = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) => check.Amount(Amount);

    public Capture ToCommand(CommandContext context, Guid hold) => new(context, hold, Amount);
}

/// <summary>Refunds an amount of a charge or capture; all that remains if the amount is omitted.</summary>
public sealed record RefundRequest(Money? Amount = null, string? Reason = null, IReadOnlyDictionary<string, string>? Metadata = null)
    : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(Reason is null || WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Refund ToCommand(CommandContext context, Guid original, long originalVersion) =>
        new(context, original, originalVersion, Amount, Reason, Metadata);
}

/// <summary>The reason for an action.</summary>
public sealed record ReasonRequest(string Reason) : IValidated
{
    public void Validate(Validation check) => check.Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason);
}

/// <summary>Corrects a balance. effectiveAt must not be in the future; by default the correction takes effect now.</summary>
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

/// <summary>Grants promotional credit. Credit with a priority below 50 is spent before paid money.</summary>
public sealed record PromoteRequest(
    Money Amount, string Reason, int Priority = 10, DateTimeOffset? ExpiresAt = null, IReadOnlyDictionary<string, string>? Metadata = null)
    : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(WalletRules.IsPriority(Priority), WalletErrors.InvalidCredit)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Promote ToCommand(CommandContext context) => new(context, Amount, Reason, Priority, ExpiresAt, Metadata);
}

/// <summary>The limits of a wallet. An omitted limit is removed; without a credit limit there is no credit.</summary>
public sealed record LimitsRequest(
    Money? CreditLimit = null, Money? PerTransaction = null, Money? PerDay = null, Money? PerMonth = null,
    IReadOnlyList<TypeLimit>? PerActivityType = null) : IValidated
{
    public void Validate(Validation check)
    {
        foreach (var (pointer, amount) in WalletRules.NamedLimits(CreditLimit, PerTransaction, PerDay, PerMonth, PerActivityType))
        {
            if (WalletRules.CheckLimit(pointer, amount) is { } invalid)
            {
                check.Require(false, invalid);
            }
        }
    }

    public SetLimits ToCommand(CommandContext context, long? ifVersion) =>
        new(context, CreditLimit, PerTransaction, PerDay, PerMonth, PerActivityType, ifVersion);
}

/// <summary>Moves money from one wallet to another.</summary>
public sealed record TransferRequest(
    Guid FromWalletId, Guid ToWalletId, Money Amount, string Reason, string? Reference = null,
    IReadOnlyDictionary<string, string>? Metadata = null)
    : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(FromWalletId != ToWalletId, WalletErrors.SameWallet)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(Reference is null || WalletRules.IsReference(Reference), WalletErrors.InvalidReference)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    /// <summary>The command for the sending wallet; the grain's key names that wallet, so the command does not.</summary>
    public Transfer ToCommand(CommandContext context) => new(context, ToWalletId, Amount, Reason, Reference, Metadata);
}
