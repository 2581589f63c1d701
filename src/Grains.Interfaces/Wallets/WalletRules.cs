namespace Platform.Wallets;

/// <summary>Validation rules for wallets, shared by the API and the decisions.</summary>
public static class WalletRules
{
    /// <summary>1 to 500 characters.</summary>
    public static bool IsReason(string? reason) => reason is not null && Text.IsText(reason, 1, 500);

    /// <summary>1 to 200 characters.</summary>
    public static bool IsReference(string? reference) => reference is not null && Text.IsText(reference, 1, 200);

    /// <summary>1 to 64 characters.</summary>
    public static bool IsActivityType(string? type) => type is not null && Text.IsText(type, 1, 64);

    /// <summary>Positive and within the range of a request.</summary>
    public static bool IsAmount(Money amount) => amount.Minor is > 0 and <= Money.MaxRequestMinor;

    /// <summary>Whether a hold may last this long.</summary>
    public static bool IsHoldTime(int seconds) => seconds is >= 1 and <= WalletErrors.MaxHoldSeconds;

    /// <summary>0 to 100; credit with a lower priority is spent first.</summary>
    public static bool IsPriority(int priority) => priority is >= 0 and <= 100;

    /// <summary>Returns null if the amount is a valid limit; does not check the currency.</summary>
    public static Error? CheckLimit(string pointer, Money amount) =>
        amount.Minor is < 0 or > Money.MaxRequestMinor ? WalletErrors.LimitOutOfRange(pointer, amount.Currency) : null;

    /// <summary>Returns the limits that are set, each with its JSON pointer.</summary>
    public static IEnumerable<(string Pointer, Money Amount)> NamedLimits(
        Money? creditLimit, Money? perTransaction, Money? perDay, Money? perMonth, IReadOnlyList<TypeLimit>? perActivityType)
    {
        IEnumerable<(string Pointer, Money? Amount)> all =
        [
            ("/creditLimit", creditLimit), ("/perTransaction", perTransaction), ("/perDay", perDay), ("/perMonth", perMonth),
            .. (perActivityType ?? []).SelectMany((limit, index) => new (string, Money?)[]
            {
                ($"/perActivityType/{index}/perDay", limit.PerDay), ($"/perActivityType/{index}/perMonth", limit.PerMonth),
            }),
        ];
        return all.Where(limit => limit.Amount is not null).Select(limit => (limit.Pointer, limit.Amount!.Value));
    }
}
