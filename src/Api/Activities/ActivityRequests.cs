using Platform.Activities;
using Platform.Api.Http;
using Platform.Wallets;

namespace Platform.Api.Activities;

/// <summary>
/// Performs an activity of a type; the quantity is one if none is named. It is for the caller, or for the user or the owner of the wallet
/// that is named.
/// </summary>
public sealed record PerformActivityRequest(
    string Type, Quantity? Quantity = null, string? Subject = null, IReadOnlyDictionary<string, string>? Metadata = null, Guid? WalletId = null,
    Guid? UserId = null) : IValidated
{
    public void Validate(Validation check) => check
        .Text(Type, 1, 64, ActivityErrors.UnknownType)
        .Require(Quantity is not { } quantity || ActivityRules.IsQuantity(quantity), ActivityErrors.InvalidQuantity)
        .Require(WalletId is null || UserId is null, ActivityErrors.UserOrWallet)
        .Require(Subject is null || ActivityRules.IsSubject(Subject), ActivityErrors.InvalidSubject)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>Sets the cost of an activity aside, for so many seconds at most: a quarter of an hour if none are named.</summary>
public sealed record AuthoriseActivityRequest(
    string Type, Quantity? Quantity = null, string? Subject = null, int ExpiresIn = 900, IReadOnlyDictionary<string, string>? Metadata = null,
    Guid? WalletId = null, Guid? UserId = null) : IValidated
{
    public void Validate(Validation check)
    {
        ToPerform().Validate(check);
        check.Require(ActivityRules.IsHoldTime(ExpiresIn), ActivityErrors.InvalidExpiry);
    }

    public PerformActivityRequest ToPerform() => new(Type, Quantity, Subject, Metadata, WalletId, UserId);
}

/// <summary>The work is done: all that was authorised, unless a quantity is named.</summary>
public sealed record CompleteActivityRequest(Quantity? Quantity = null) : IValidated, IMayBeEmpty
{
    public void Validate(Validation check) =>
        check.Require(Quantity is not { } quantity || ActivityRules.IsQuantity(quantity), ActivityErrors.InvalidQuantity);
}

/// <summary>
/// Sets name and prices of an activity type, one unit price for each currency, from an instant on or at once. Tiers are the prices of the
/// first units of a user's month; the free allowance is how many of them cost nothing.
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
        foreach (var (place, price) in UnitPrices.Index())
        {
            var pointer = $"/unitPrices/{place}/amount";
            check.Require(!price.IsNegative, ActivityErrors.InvalidPrice with { Field = pointer })
                .Require(!price.IsTooLarge, ActivityErrors.PriceOutOfRange with { Field = pointer });
        }

        foreach (var (place, tier) in (Tiers ?? []).Index())
        {
            check.Require(tier.UpTo > 0, ActivityErrors.TierOutOfRange(place, "upTo"))
                .Require(ActivityRules.IsUnitPrice(tier.UnitPrice), ActivityErrors.TierOutOfRange(place, "unitPrice/amount"));
        }

        check.Require(FreeAllowance is not { } allowance || ActivityRules.IsAllowance(allowance), ActivityErrors.InvalidAllowance);
    }
}

/// <summary>The types of activities of an organisation.</summary>
public sealed record ActivityTypeList(IReadOnlyList<ActivityTypeView> Items, string? NextCursor);

/// <summary>All versions of a type's price, the first one first.</summary>
public sealed record PriceVersionList(IReadOnlyList<PriceVersion> Items, string? NextCursor);
