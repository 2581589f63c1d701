using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Checks of wallet decisions before money moves. Each returns null if the check passes.</summary>
internal static class WalletChecks
{
    /// <summary>The wallet exists and is not frozen; amount and metadata are valid.</summary>
    public static Error? Movable(WalletState state, Money amount, IReadOnlyDictionary<string, string>? metadata) =>
        Amount(state, amount) ?? (!Metadata.IsValid(metadata) ? WalletErrors.InvalidMetadata : Active(state));

    public static Error? Amount(WalletState state, Money amount)
    {
        if (state.Currency is not { } currency)
        {
            return CommonErrors.NotFound("wallet");
        }

        if (!WalletRules.IsAmount(amount))
        {
            return WalletErrors.AmountOutOfRange(amount.Currency);
        }

        return amount.Currency != currency ? WalletErrors.CurrencyMismatch(currency) : null;
    }

    /// <summary>The wallet has money of its own; a child's money belongs to its parent.</summary>
    public static Error? OwnMoney(WalletState state) => state.ParentId is null ? null : WalletErrors.Leased;

    public static Error? Active(WalletState state) =>
        state.Currency is null ? CommonErrors.NotFound("wallet") : state.Status == WalletStatus.Frozen ? WalletErrors.Frozen : null;

    public static Error? Texts(string? reason, string? reference) =>
        !WalletRules.IsReason(reason) ? WalletErrors.InvalidReason
        : reference is not null && !WalletRules.IsReference(reference) ? WalletErrors.InvalidReference
        : null;

    /// <summary>The amount is within the limits and available.</summary>
    public static Error? Spendable(WalletState state, Money amount, long available, int day, string? activityType) =>
        state.Limits.Refusal(state.Spending, amount.Minor, day, activityType, amount.Currency) ??
        (amount.Minor > available ? WalletErrors.InsufficientFunds(new Money(available, amount.Currency)) : null);

    /// <summary>The balance stays within the maximum.</summary>
    public static Error? BalanceLimit(WalletState state, Money amount) =>
        state.Balance > WalletDecisions.MaxBalance - amount.Minor ? WalletErrors.BalanceTooLarge : null;
}
