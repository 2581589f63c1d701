using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Opens another wallet for the caller, by default in the organisation's currency.</summary>
public sealed record OpenWalletRequest(string? Currency = null) : IValidated
{
    public void Validate(Validation check) =>
        check.Require(Currency is null || Platform.Currency.TryParse(Currency, out _), OrganisationErrors.InvalidCurrency);
}

/// <summary>Deposits money; the reference says where it came from.</summary>
public sealed record DepositRequest(Money Amount, string Reference, IReadOnlyDictionary<string, string>? Metadata = null) : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(WalletRules.IsReference(Reference), WalletErrors.InvalidReference)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Deposit ToCommand(CommandContext context) => new(context, Amount, Reference, Metadata);
}

/// <summary>Charges the wallet. The activity type selects the per-type limits that apply besides the general ones.</summary>
public sealed record ChargeRequest(
    Money Amount, string Reason, string? Reference = null, IReadOnlyDictionary<string, string>? Metadata = null,
    string? ActivityType = null) : IValidated
{
    public void Validate(Validation check) => check
        .Amount(Amount)
        .Require(WalletRules.IsReason(Reason), WalletErrors.InvalidReason)
        .Require(Reference is null || WalletRules.IsReference(Reference), WalletErrors.InvalidReference)
        .Require(ActivityType is null || WalletRules.IsActivityType(ActivityType), WalletErrors.InvalidActivityType)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);

    public Charge ToCommand(CommandContext context) => new(context, Amount, Reason, Reference, Metadata, ActivityType);
}

/// <summary>Source-generated JSON metadata of the types on the hot path.</summary>
[JsonSerializable(typeof(ChargeRequest))]
[JsonSerializable(typeof(DepositRequest))]
[JsonSerializable(typeof(WalletTransaction))]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(Page<WalletTransaction>))]
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
public sealed partial class WalletJson : JsonSerializerContext;
