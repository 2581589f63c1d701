using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Decides limits, freezing and unfreezing.</summary>
public static class LimitDecisions
{
    private const int MaxTypes = 100;

    /// <summary>Sets the limits. A child returns leased money beyond what it may still spend on this day.</summary>
    public static Decision<WalletEvent> Set(WalletState state, SetLimits command, DecisionContext context, int? day = null)
    {
        if (state.Currency is null)
        {
            return CommonErrors.NotFound("wallet");
        }

        if (command.IfVersion is { } version && version != context.NextVersion - 1)
        {
            return CommonErrors.VersionMismatch;
        }

        if (Refusal(state, command) is { } refusal)
        {
            return refusal;
        }

        if (command.CreditLimit is { Minor: > 0 } && WalletChecks.OwnMoney(state) is { } leased)
        {
            return leased;
        }

        var set = ToEvent(command);
        return LeaseDecisions.ReturnExcess(state, context, Left(state, set, day), set);
    }

    /// <summary>Returns null if the limits are valid for the wallet.</summary>
    internal static Error? Refusal(WalletState state, SetLimits command)
    {
        var types = command.PerActivityType ?? [];
        if (types.Count > MaxTypes || types.Any(limit => !WalletRules.IsActivityType(limit.Type)) ||
            types.Select(limit => limit.Type).Distinct(StringComparer.Ordinal).Count() != types.Count)
        {
            return WalletErrors.InvalidLimit;
        }

        var named = WalletRules.NamedLimits(command.CreditLimit, command.PerTransaction, command.PerDay, command.PerMonth, types);
        foreach (var (pointer, amount) in named)
        {
            if (WalletRules.CheckLimit(pointer, amount) is { } invalid)
            {
                return invalid;
            }

            if (amount.Currency != state.Currency)
            {
                return WalletErrors.LimitInOtherCurrency(pointer, state.Currency!.Value);
            }
        }

        return null;
    }

    internal static LimitsSet ToEvent(SetLimits command) => new(
        command.CreditLimit?.Minor ?? 0, command.PerTransaction?.Minor, command.PerDay?.Minor, command.PerMonth?.Minor,
        command.PerActivityType is { Count: > 0 } types
            ? [.. types.Select(limit => new TypeLimitSet(limit.Type, limit.PerDay?.Minor, limit.PerMonth?.Minor))]
            : null);

    /// <summary>The amount that a wallet may still spend on a day under these limits.</summary>
    internal static long Left(WalletState state, LimitsSet limits, int? day) =>
        day is { } today ? SpendingLimits.Of(limits).Left(state.Spending, today) : long.MaxValue;

    public static Decision<WalletEvent> Freeze(WalletState state, Freeze command, DecisionContext _) =>
        Refusal(state, command.Reason) is { } error ? error
        : state.Status == WalletStatus.Frozen ? WalletErrors.Frozen
        : new WalletFrozen(command.Reason);

    public static Decision<WalletEvent> Unfreeze(WalletState state, Unfreeze command, DecisionContext _) =>
        Refusal(state, command.Reason) is { } error ? error
        : state.Status != WalletStatus.Frozen ? WalletErrors.NotFrozen
        : new WalletUnfrozen(command.Reason);

    private static Error? Refusal(WalletState state, string reason) =>
        state.Currency is null ? CommonErrors.NotFound("wallet") : WalletChecks.Texts(reason, null);
}
