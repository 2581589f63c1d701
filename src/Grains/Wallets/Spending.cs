using System.Collections.Immutable;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// What a wallet spent on the last day and in the last month with any spending, in total and by activity type. Days count from 0001-01-01
/// in the organisation's time zone.
/// </summary>
public sealed record Spending(Spent All, ImmutableSortedDictionary<string, Spent> ByType)
{
    public static readonly Spending None = new(
        default, ImmutableSortedDictionary<string, Spent>.Empty.WithComparers(StringComparer.Ordinal));

    public Spending Add(int day, string? type, long amount) => new(
        All.Add(day, amount), type is null ? ByType : ByType.SetItem(type, ByType.GetValueOrDefault(type).Add(day, amount)));

    public Spending GiveBack(int day, string? type, long amount) => new(
        All.GiveBack(day, amount),
        type is not null && ByType.TryGetValue(type, out var spent) ? ByType.SetItem(type, spent.GiveBack(day, amount)) : ByType);
}

/// <summary>Totals of the last day and the last month (year * 12 + month) with any spending.</summary>
public readonly record struct Spent(int Day, long DayTotal, int Month, long MonthTotal)
{
    // A clock that goes back, such as on another server, must not reset the totals.
    public Spent Add(int day, long amount)
    {
        var (today, month) = (Math.Max(day, Day), Math.Max(MonthOf(day), Month));
        return new Spent(
            today, checked((today == Day ? DayTotal : 0) + amount), month, checked((month == Month ? MonthTotal : 0) + amount));
    }

    /// <summary>Subtracts an amount that was counted on a day, if that day or its month is still the last one.</summary>
    public Spent GiveBack(int day, long amount) => this with
    {
        DayTotal = day == Day ? Math.Max(0, DayTotal - amount) : DayTotal,
        MonthTotal = MonthOf(day) == Month ? Math.Max(0, MonthTotal - amount) : MonthTotal,
    };

    public long OnDay(int day) => day > Day ? 0 : DayTotal;

    public long InMonthOf(int day) => MonthOf(day) > Month ? 0 : MonthTotal;

    private static int MonthOf(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return (date.Year * 12) + date.Month;
    }
}

/// <summary>Spending limits; null means unlimited.</summary>
public sealed record SpendingLimits(
    long? PerTransaction, long? PerDay, long? PerMonth, ImmutableSortedDictionary<string, TypeLimitSet> PerType)
{
    public static readonly SpendingLimits None =
        new(null, null, null, ImmutableSortedDictionary<string, TypeLimitSet>.Empty.WithComparers(StringComparer.Ordinal));

    public static SpendingLimits Of(LimitsSet set) => new(
        set.PerTransaction, set.PerDay, set.PerMonth,
        (set.PerType ?? []).ToImmutableSortedDictionary(limit => limit.Type, limit => limit, StringComparer.Ordinal));

    /// <summary>Returns null if the amount may be spent on the day.</summary>
    public Error? Refusal(Spending spending, long amount, int day, string? activityType, Currency currency)
    {
        if (amount > PerTransaction)
        {
            return Exceeded("per-transaction", PerTransaction.Value, 0, currency, null);
        }

        return Check(PerDay, PerMonth, spending.All, null) ??
            (activityType is not null && PerType.TryGetValue(activityType, out var limit)
                ? Check(limit.PerDay, limit.PerMonth, spending.ByType.GetValueOrDefault(activityType), activityType)
                : null);

        Error? Check(long? perDay, long? perMonth, Spent spent, string? type) =>
            perDay is { } daily && amount > daily - spent.OnDay(day) ? Exceeded("per-day", daily, spent.OnDay(day), currency, type)

                : perMonth is { } monthly && amount > monthly - spent.InMonthOf(day)
                ? Exceeded("per-month", monthly, spent.InMonthOf(day), currency, type)
            : null;
    }

    /// <summary>The amount that may still be spent on a day, ignoring per-type limits; long.MaxValue if unlimited.</summary>
    public long Left(Spending spending, int day) => Math.Max(0, Math.Min(
        PerDay is { } daily ? daily - spending.All.OnDay(day) : long.MaxValue,
        PerMonth is { } monthly ? monthly - spending.All.InMonthOf(day) : long.MaxValue));

    public WalletLimits? ToView(Currency currency)
    {
        return (PerTransaction, PerDay, PerMonth, PerType.Count) == (null, null, null, 0)
            ? null
            : new WalletLimits(
                Amount(PerTransaction), Amount(PerDay), Amount(PerMonth),
                [.. PerType.Values.Select(limit => new TypeLimit(limit.Type, Amount(limit.PerDay), Amount(limit.PerMonth)))]);

        Money? Amount(long? minor) => minor is { } value ? new Money(value, currency) : null;
    }

    private static Error Exceeded(string limit, long allowed, long spent, Currency currency, string? type) =>
        WalletErrors.LimitExceeded(limit, new Money(allowed, currency), new Money(Math.Max(0, allowed - spent), currency), type);
}
