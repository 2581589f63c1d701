namespace Platform.Activities;

/// <summary>Validation rules for activities and their catalogue, shared by the API and the decisions.</summary>
public static class ActivityRules
{
    public const int MaxQuantity = 1_000_000;

    private const int MaxHoldSeconds = 86_400;
    private const int MaxPrices = 50;
    private const long MaxAllowance = 1_000_000_000_000;

    public static bool IsCode(string? code) => Text.IsCode(code);

    /// <summary>More than 0 and at most 1,000,000.</summary>
    public static bool IsQuantity(Quantity quantity) => quantity > 0 && quantity <= MaxQuantity;

    /// <summary>At most 500 characters.</summary>
    public static bool IsSubject(string subject) => Text.IsText(subject, 0, 500);

    /// <summary>1 second to 1 day.</summary>
    public static bool IsHoldTime(int seconds) => seconds is >= 1 and <= MaxHoldSeconds;

    /// <summary>Not negative and at most <see cref="UnitPrice.MaxMinor"/>.</summary>
    public static bool IsUnitPrice(UnitPrice price) => price is { IsNegative: false, IsTooLarge: false };

    /// <summary>1 to 50 prices, one per currency. Does not check the amounts.</summary>
    public static bool ArePrices(IReadOnlyList<UnitPrice> prices) =>
        prices.Count is > 0 and <= MaxPrices && prices.Select(price => price.Currency).Distinct().Count() == prices.Count;

    /// <summary>0 to 10^12 units.</summary>
    public static bool IsAllowance(Quantity allowance) => allowance >= 0 && allowance <= MaxAllowance;
}
