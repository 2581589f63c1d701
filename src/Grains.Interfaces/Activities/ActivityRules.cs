namespace Platform.Activities;

/// <summary>Rules for the input of activities and their catalogue, the same at the front door and in decisions.</summary>
public static class ActivityRules
{
    public const int MaxQuantity = 1_000_000;

    private const int MaxHoldSeconds = 86_400;
    private const int MaxPrices = 50;
    private const long MaxAllowance = 1_000_000_000_000;

    public static bool IsCode(string? code) => Text.IsCode(code);

    /// <summary>How much of an activity there may be: more than nothing, and not too much.</summary>
    public static bool IsQuantity(Quantity quantity) => quantity > 0 && quantity <= MaxQuantity;

    /// <summary>At most 500 characters.</summary>
    public static bool IsSubject(string subject) => Text.IsText(subject, 0, 500);

    /// <summary>How long an authorisation may last.</summary>
    public static bool IsHoldTime(int seconds) => seconds is >= 1 and <= MaxHoldSeconds;

    /// <summary>Not negative, and at most the largest price.</summary>
    public static bool IsUnitPrice(UnitPrice price) => price is { IsNegative: false, IsTooLarge: false };

    /// <summary>1 to 50 prices, one for each currency. How large they are is not checked here.</summary>
    public static bool ArePrices(IReadOnlyList<UnitPrice> prices) =>
        prices.Count is > 0 and <= MaxPrices && prices.Select(price => price.Currency).Distinct().Count() == prices.Count;

    /// <summary>How much of a month may be free.</summary>
    public static bool IsAllowance(Quantity allowance) => allowance >= 0 && allowance <= MaxAllowance;
}
