using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// The rating inputs of an activity and its cost. Month is null if it was not rated by month. If Counts is false, the activity is still
/// authorised or outside the period, and only its units matter.
/// </summary>
public sealed record RatedActivity(
    Guid Id, DateTimeOffset At, string Type, Quantity Quantity, Money Cost, UnitPrice UnitPrice, int? PriceVersion, Quantity? UsedBefore,
    Guid UserId = default,
    string? Month = null, IReadOnlyList<UsageSpan>? Places = null, bool Counts = true)
{
    /// <summary>The units of the month by which it was rated; null if they were not recorded.</summary>
    public IReadOnlyList<UsageSpan>? RecordedPlaces =>
        PriceVersion is not null && UsedBefore is { } used ? UsageSpans.Of(used, Quantity, Places) : null;
}

/// <summary>Why a recorded cost is wrong.</summary>
public enum RatingFault
{
    /// <summary>The recorded inputs give another cost.</summary>
    Inputs = 0,

    /// <summary>It was rated after units that were given back later, so it missed an allowance or tier.</summary>
    Place = 1,
}

/// <summary>An activity whose recorded cost is wrong. ReRated is null if its price version is missing.</summary>
public sealed record RatingMismatch(Guid Id, string Type, int? PriceVersion, Money Recorded, Money? ReRated, RatingFault Why);

/// <summary>
/// Re-computes the cost of activities from the price history and the units of the month they would have if given-back units had never been
/// taken. Activities without recorded inputs cost unit price times quantity. Add activities user by user in time order, then call
/// <see cref="End"/>.
/// </summary>
public sealed class ReRating(IReadOnlyDictionary<string, IReadOnlyList<PriceVersion>> history)
{
    public const int MaxMismatches = 100;

    // Longer than any month in any time zone.
    private static readonly TimeSpan MaxMonth = TimeSpan.FromDays(35);

    private readonly Dictionary<(string Month, string Type), List<RatedActivity>> _open = [];
    private readonly SortedDictionary<string, Int128> _recorded = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Int128> _reRated = new(StringComparer.Ordinal);
    private readonly List<RatingMismatch> _mismatches = [];
    private Guid _user;

    public long Count { get; private set; }

    /// <summary>The number of activities without recorded inputs.</summary>
    public long WithoutInputs { get; private set; }

    public long Differences { get; private set; }

    /// <summary>The first mismatches, at most <see cref="MaxMismatches"/>.</summary>
    public IReadOnlyList<RatingMismatch> Mismatches => _mismatches;

    public IReadOnlyList<Money> Recorded => Sums(_recorded);

    public IReadOnlyList<Money> ReRated => Sums(_reRated);

    public void Add(RatedActivity activity)
    {
        foreach (var (key, month) in _open.Where(month => activity.UserId != _user || activity.At - month.Value[0].At > MaxMonth).ToList())
        {
            _open.Remove(key);
            Rate(month);
        }

        _user = activity.UserId;
        if (activity is not { Month: { } name, RecordedPlaces: not null })
        {
            Compare(activity, activity.RecordedPlaces);
        }
        else if (_open.TryGetValue((name, activity.Type), out var month))
        {
            month.Add(activity);
        }
        else
        {
            _open[(name, activity.Type)] = [activity];
        }
    }

    public void End()
    {
        foreach (var month in _open.Values)
        {
            Rate(month);
        }

        _open.Clear();
    }

    // Moves the spans down to where they would be without given-back units, keeping their order.
    private void Rate(List<RatedActivity> month)
    {
        var places = month.ToDictionary(activity => activity.Id, _ => new List<UsageSpan>());
        var end = default(Quantity);
        foreach (var (activity, place) in month
            .SelectMany(activity => activity.RecordedPlaces!.Select(place => (activity, place)))
            .OrderBy(pair => pair.place.Before.Millionths).ThenBy(pair => pair.activity.At).ThenBy(pair => pair.activity.Id))
        {
            places[activity.Id].Add(place with { Before = end });
            end += place.Units;
        }

        foreach (var activity in month)
        {
            Compare(activity, places[activity.Id]);
        }
    }

    private void Compare(RatedActivity activity, IReadOnlyList<UsageSpan>? places)
    {
        if (!activity.Counts)
        {
            return;
        }

        Count++;
        WithoutInputs += activity.PriceVersion is null ? 1 : 0;
        var (recordedCost, cost) = (CostOf(activity, activity.RecordedPlaces), CostOf(activity, places));
        Sum(_recorded, activity.Cost);
        if (cost is { } sum)
        {
            Sum(_reRated, sum);
        }

        if (cost != activity.Cost || recordedCost != activity.Cost)
        {
            Differences++;
            if (_mismatches.Count < MaxMismatches)
            {
                var why = recordedCost != activity.Cost ? RatingFault.Inputs : RatingFault.Place;
                _mismatches.Add(new RatingMismatch(activity.Id, activity.Type, activity.PriceVersion, activity.Cost, cost, why));
            }
        }
    }

    private Money? CostOf(RatedActivity activity, IReadOnlyList<UsageSpan>? places)
    {
        if (activity.PriceVersion is not { } version || places is null)
        {
            return ExactCost.Of(activity.Quantity, activity.UnitPrice) is { IsSuccess: true } cost ? cost.Value : null;
        }

        return PriceOf(activity.Type, version, activity.Cost.Currency) is { } price ? Pricing.Rate(price, places).Value?.Cost : null;
    }

    private ActivityPrice? PriceOf(string type, int version, Currency currency) =>
        version == 0 ? ActivityPrice.BuiltIn(currency)
        : history.TryGetValue(type, out var versions) && version <= versions.Count && versions[version - 1] is var set
            ? ActivityPrice.Of(version, set.UnitPrices, set.Tiers, set.FreeAllowance, currency)
            : null;

    private static void Sum(SortedDictionary<string, Int128> sums, Money amount) =>
        sums[amount.Currency.Code] = sums.GetValueOrDefault(amount.Currency.Code) + amount.Minor;

    private static Money[] Sums(SortedDictionary<string, Int128> sums) =>
        [.. sums.Select(sum => new Money(checked((long)sum.Value), Currency.Parse(sum.Key)))];
}
