namespace Platform.Wallets;

/// <summary>Rules for the input of wallets, the same at the front door and in decisions.</summary>
public static class WalletRules
{
    /// <summary>1 to 500 characters.</summary>
    public static bool IsReason(string? reason) => reason is not null && Text.IsText(reason, 1, 500);

    /// <summary>1 to 200 characters.</summary>
    public static bool IsReference(string? reference) => reference is not null && Text.IsText(reference, 1, 200);

    /// <summary>A type of activity that limits name: 1 to 64 characters.</summary>
    public static bool IsActivityType(string? type) => type is not null && Text.IsText(type, 1, 64);

    /// <summary>A positive amount that a request may name.</summary>
    public static bool IsAmount(Money amount) => amount.Minor is > 0 and <= Money.MaxRequestMinor;

    /// <summary>How long a hold may last.</summary>
    public static bool IsHoldTime(int seconds) => seconds is >= 1 and <= WalletErrors.MaxHoldSeconds;

    /// <summary>In which order promotional credit is spent.</summary>
    public static bool IsPriority(int priority) => priority is >= 0 and <= 100;

    /// <summary>Null if an amount may be a limit, in whatever currency.</summary>
    public static Error? CheckLimit(string pointer, Money amount) =>
        amount.Minor is < 0 or > Money.MaxRequestMinor ? WalletErrors.LimitOutOfRange(pointer, amount.Currency) : null;

    /// <summary>The limits that are named, each with the pointer to it.</summary>
    public static IEnumerable<(string Pointer, Money Amount)> NamedLimits(
        Money? creditLimit, Money? perTransaction, Money? perDay, Money? perMonth, IReadOnlyList<TypeLimit>? perActivityType)
    {
        IEnumerable<(string Pointer, Money? Amount)> all =
        [
            ("/creditLimit", creditLimit), ("/perTransaction", perTransaction), ("/perDay", perDay), ("/perMonth", perMonth),
            .. (perActivityType ?? []).SelectMany((limit, place) => new (string, Money?)[]
            {
                ($"/perActivityType/{place}/perDay", limit.PerDay), ($"/perActivityType/{place}/perMonth", limit.PerMonth),
            }),
        ];
        return all.Where(limit => limit.Amount is not null).Select(limit => (limit.Pointer, limit.Amount!.Value));
    }
}
