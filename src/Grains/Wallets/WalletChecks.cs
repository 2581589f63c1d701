using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>What the decisions of a wallet demand before money moves. Null if all is well.</summary>
internal static class WalletChecks
{
    /// <summary>There is such a wallet, it is not frozen, and the amount is one of its currency.</summary>
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

    /// <summary>Money of its own comes and goes; a child's is its parent's.</summary>
    public static Error? OwnMoney(WalletState state) => state.ParentId is null ? null : WalletErrors.Leased;

    public static Error? Active(WalletState state) =>
        state.Currency is null ? CommonErrors.NotFound("wallet") : state.Status == WalletStatus.Frozen ? WalletErrors.Frozen : null;

    public static Error? Texts(string? reason, string? reference) =>
        !WalletRules.IsReason(reason) ? WalletErrors.InvalidReason
        : reference is not null && !WalletRules.IsReference(reference) ? WalletErrors.InvalidReference
        : null;

    /// <summary>Within the limits, and there is enough.</summary>
    public static Error? Spendable(WalletState state, Money amount, long available, int day, string? activityType) =>
        state.Limits.Refusal(state.Spending, amount.Minor, day, activityType, amount.Currency) ??
        (amount.Minor > available ? WalletErrors.InsufficientFunds(new Money(available, amount.Currency)) : null);

    /// <summary>The balance stays within its bound.</summary>
    public static Error? Room(WalletState state, Money amount) =>
        state.Balance > WalletDecisions.MaxBalance - amount.Minor ? WalletErrors.BalanceTooLarge : null;
}
