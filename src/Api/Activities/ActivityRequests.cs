using Platform.Activities;
using Platform.Api.Http;
using Platform.Wallets;

namespace Platform.Api.Activities;

/// <summary>
/// Performs an activity. The quantity is 1 by default. The activity is for the caller, or for userId or the owner of walletId if one of
/// them is given.
/// </summary>
public sealed record PerformActivityRequest(
    string Type, Quantity? Quantity = null, string? Subject = null, IReadOnlyDictionary<string, string>? Metadata = null,
    Guid? WalletId = null,
    Guid? UserId = null) : IValidated
{
    public void Validate(Validation check) => check
        .Text(Type, 1, 64, ActivityErrors.UnknownType)
        .Require(Quantity is not { } quantity || ActivityRules.IsQuantity(quantity), ActivityErrors.InvalidQuantity)
        .Require(WalletId is null || UserId is null, ActivityErrors.UserOrWallet)
        .Require(Subject is null || ActivityRules.IsSubject(Subject), ActivityErrors.InvalidSubject)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>Holds the cost of an activity for expiresIn seconds, 900 by default.</summary>
public sealed record AuthoriseActivityRequest(
    string Type, Quantity? Quantity = null, string? Subject = null, int ExpiresIn = 900,
    IReadOnlyDictionary<string, string>? Metadata = null,
    Guid? WalletId = null, Guid? UserId = null) : IValidated
{
    public void Validate(Validation check)
    {
        ToPerform().Validate(check);
        check.Require(ActivityRules.IsHoldTime(ExpiresIn), ActivityErrors.InvalidExpiry);
    }

    public PerformActivityRequest ToPerform() => new(Type, Quantity, Subject, Metadata, WalletId, UserId);
}

/// <summary>Completes an activity: the whole authorised quantity, unless a smaller one is given.</summary>
public sealed record CompleteActivityRequest(Quantity? Quantity = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) =>
        check.Require(Quantity is not { } quantity || ActivityRules.IsQuantity(quantity), ActivityErrors.InvalidQuantity);
}

/// <summary>
/// Sets the name and prices of an activity type, one unit price per currency, effective now or from effectiveFrom. Tiers price the first
/// units of a user's month; the free allowance is the number of units that cost nothing.
/// </summary>
public sealed record SetActivityTypeRequest(
    string Name, IReadOnlyList<UnitPrice> UnitPrices, DateTimeOffset? EffectiveFrom = null, IReadOnlyList<PriceTier>? Tiers = null,
    Quantity? FreeAllowance = null)
    : IValidated
{
    public void Validate(Validation check)
    {
        check.Name(Name, ActivityErrors.InvalidName)
            .Require(ActivityRules.ArePrices(UnitPrices), ActivityErrors.InvalidPrice);
        foreach (var (index, price) in UnitPrices.Index())
        {
            var pointer = $"/unitPrices/{index}/amount";
            check.Require(!price.IsNegative, ActivityErrors.InvalidPrice with { Field = pointer })
                .Require(!price.IsTooLarge, ActivityErrors.PriceOutOfRange with { Field = pointer });
        }

        foreach (var (index, tier) in (Tiers ?? []).Index())
        {
            check.Require(tier.UpTo > 0, ActivityErrors.TierOutOfRange(index, "upTo"))
                .Require(ActivityRules.IsUnitPrice(tier.UnitPrice), ActivityErrors.TierOutOfRange(index, "unitPrice/amount"));
        }

        check.Require(FreeAllowance is not { } allowance || ActivityRules.IsAllowance(allowance), ActivityErrors.InvalidAllowance);
    }
}

/// <summary>The activity types of an organisation.</summary>
public sealed record ActivityTypeList(IReadOnlyList<ActivityTypeView> Items, string? NextCursor);

/// <summary>All versions of a type's price, oldest first.</summary>
public sealed record PriceVersionList(IReadOnlyList<PriceVersion> Items, string? NextCursor);
