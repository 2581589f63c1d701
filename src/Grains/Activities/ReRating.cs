using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// What an activity was rated by, and what it cost. Month is null where it was not rated by its place in one. One that does not count is
/// rated for nothing but the place that it takes: it is authorised still, or outside the period.
/// </summary>
public sealed record RatedActivity(
    Guid Id, DateTimeOffset At, string Type, Quantity Quantity, Money Cost, UnitPrice UnitPrice, int? PriceVersion, Quantity? UsedBefore, Guid UserId = default,
    string? Month = null, IReadOnlyList<UsageSpan>? Places = null, bool Counts = true)
{
    /// <summary>Where it stood in the month when it was rated; null where that was not kept.</summary>
    public IReadOnlyList<UsageSpan>? Stood => PriceVersion is not null && UsedBefore is { } used ? UsageSpans.Of(used, Quantity, Places) : null;
}

/// <summary>Why a recorded cost is not the right one.</summary>
public enum RatingFault
{
    /// <summary>It is not what the recorded inputs give.</summary>
    Inputs = 0,

    /// <summary>It was rated after units that were given back later: an allowance or a tier was kept for what was not used.</summary>
    Place = 1,
}

/// <summary>An activity whose recorded cost is not the right one. ReRated is null where its price version is not there.</summary>
public sealed record RatingMismatch(Guid Id, string Type, int? PriceVersion, Money Recorded, Money? ReRated, RatingFault Why);

/// <summary>
/// Works out again what activities cost, from the history of prices and the places in their users' months that they have once only what
/// stands is counted: a dry run. Activities before inputs were recorded are unit price times quantity. They come user by user, each in the
/// order of time, and <see cref="End"/> comes last.
/// </summary>
public sealed class ReRating(IReadOnlyDictionary<string, IReadOnlyList<PriceVersion>> history)
{
    public const int MaxMismatches = 100;

    // So long after its first activity a month is over, wherever its time zone.
    private static readonly TimeSpan MonthIsOver = TimeSpan.FromDays(35);

    private readonly Dictionary<(string Month, string Type), List<RatedActivity>> _open = [];
    private readonly SortedDictionary<string, Int128> _recorded = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Int128> _reRated = new(StringComparer.Ordinal);
    private readonly List<RatingMismatch> _mismatches = [];
    private Guid _user;

    public long Count { get; private set; }

    /// <summary>How many had no inputs recorded.</summary>
    public long WithoutInputs { get; private set; }

    public long Differences { get; private set; }

    /// <summary>The first of those that differ.</summary>
    public IReadOnlyList<RatingMismatch> Mismatches => _mismatches;

    public IReadOnlyList<Money> Recorded => Sums(_recorded);

    public IReadOnlyList<Money> ReRated => Sums(_reRated);

    public void Add(RatedActivity activity)
    {
        foreach (var (key, month) in _open.Where(month => activity.UserId != _user || activity.At - month.Value[0].At > MonthIsOver).ToList())
        {
            _open.Remove(key);
            Rate(month);
        }

        _user = activity.UserId;
        if (activity is not { Month: { } name, Stood: not null })
        {
            Compare(activity, activity.Stood);
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

    // What stands moves down to where it would be without what was given back, in the order in which it stood.
    private void Rate(List<RatedActivity> month)
    {
        var places = month.ToDictionary(activity => activity.Id, _ => new List<UsageSpan>());
        var end = default(Quantity);
        foreach (var (activity, place) in month
            .SelectMany(activity => activity.Stood!.Select(place => (activity, place)))
            .OrderBy(stood => stood.place.Before.Millionths).ThenBy(stood => stood.activity.At).ThenBy(stood => stood.activity.Id))
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
        var (asStood, cost) = (CostOf(activity, activity.Stood), CostOf(activity, places));
        Sum(_recorded, activity.Cost);
        if (cost is { } sum)
        {
            Sum(_reRated, sum);
        }

        if (cost != activity.Cost || asStood != activity.Cost)
        {
            Differences++;
            if (_mismatches.Count < MaxMismatches)
            {
                var why = asStood != activity.Cost ? RatingFault.Inputs : RatingFault.Place;
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
