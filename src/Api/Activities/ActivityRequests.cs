using Platform.Activities;
using Platform.Api.Common;
using Platform.Wallets;

namespace Platform.Api.Activities;

/// <summary>Performs an activity of a type; the quantity is one where none is named.</summary>
public sealed record PerformActivityRequest(
    string Type, int Quantity = 1, string? Subject = null, IReadOnlyDictionary<string, string>? Metadata = null) : IValidated
{
    public void Validate(Validation check) => check
        .Text(Type, 1, 64, ActivityErrors.UnknownType)
        .Require(Quantity is >= 1 and <= 1_000_000, ActivityErrors.InvalidQuantity)
        .OptionalText(Subject, 0, 500, ActivityErrors.InvalidSubject)
        .Metadata(Metadata, WalletErrors.InvalidMetadata);
}

/// <summary>Sets name and prices of an activity type, one price for each currency.</summary>
public sealed record SetActivityTypeRequest(string Name, IReadOnlyList<Money> UnitPrices) : IValidated
{
    public void Validate(Validation check) => check
        .Text(Name, 1, 200, ActivityErrors.InvalidName)
        .Require(
            UnitPrices.All(price => price.Minor is >= 0 and <= Money.MaxRequestMinor) &&
            UnitPrices.Select(price => price.Currency).Distinct().Count() == UnitPrices.Count,
            ActivityErrors.InvalidPrice);
}

/// <summary>The types of activities of an organisation.</summary>
public sealed record ActivityTypeList(IReadOnlyList<ActivityTypeView> Items, string? NextCursor);
