using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Limits, and stopping a wallet. Pure.</summary>
public static class LimitDecisions
{
    private const int MaxTypes = 100;

    /// <summary>Of a child, what it has leased beyond what it may still spend on this day goes back.</summary>
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
        return LeaseDecisions.Keep(state, context, Left(state, set, day), set);
    }

    /// <summary>Null where these may be the limits of a wallet.</summary>
    internal static Error? Refusal(WalletState state, SetLimits command)
    {
        var types = command.PerActivityType ?? [];
        if (types.Count > MaxTypes || types.Any(limit => limit.Type is null || !Text.IsText(limit.Type, 1, 64)) ||
            types.Select(limit => limit.Type).Distinct(StringComparer.Ordinal).Count() != types.Count)
        {
            return WalletErrors.InvalidLimit;
        }

        foreach (var (pointer, amount) in Named(command.CreditLimit, command.PerTransaction, command.PerDay, command.PerMonth, types))
        {
            if (Refusal(pointer, amount) is { } unfit)
            {
                return unfit;
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

    /// <summary>What these limits still let a wallet spend on a day.</summary>
    internal static long Left(WalletState state, LimitsSet limits, int? day) =>
        day is { } today ? SpendingLimits.Of(limits).Left(state.Spending, today) : long.MaxValue;

    /// <summary>The limits that are named, each with the pointer to it.</summary>
    public static IEnumerable<(string Pointer, Money Amount)> Named(
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

    /// <summary>Null where an amount may be a limit, in whatever currency.</summary>
    public static Error? Refusal(string pointer, Money amount) =>
        amount.Minor is < 0 or > Money.MaxRequestMinor ? WalletErrors.LimitOutOfRange(pointer, amount.Currency) : null;

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
