using System.Text.Json.Serialization;
using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// What a user has used of one type in a month: all units up to Top, but for the gaps that were given back. Whoever takes next stands in
/// the gaps first, the lowest ones first, so that what was rated by them comes back to the next one.
/// </summary>
public sealed record MonthUse(Quantity Top, IReadOnlyList<UsageSpan> Gaps)
{
    /// <summary>A quantity stands in no more places than this: its row of the journal stays small. Gaps beyond them wait for the next one.</summary>
    public const int MaxPlaces = 64;

    public static readonly MonthUse None = new(default, []);

    [JsonIgnore]
    public Quantity Used => Top - UsageSpans.Sum(Gaps);

    /// <summary>Where so many units would stand.</summary>
    public IReadOnlyList<UsageSpan> PlacesFor(Quantity units)
    {
        var places = UsageSpans.First([.. Gaps.Take(MaxPlaces - 1)], units);
        var left = units - UsageSpans.Sum(places);
        return left > 0 ? [.. places, new UsageSpan(Top, left)] : places;
    }

    public MonthUse Take(IReadOnlyList<UsageSpan> places) =>
        Of(places.Aggregate(Top, (end, place) => Quantity.Max(end, place.End)), UsageSpans.Without(Gaps, places));

    public MonthUse GiveBack(IReadOnlyList<UsageSpan> places) => Of(Top, UsageSpans.With(Gaps, UsageSpans.Without(places, NotTaken())));

    /// <summary>
    /// What of a quantity can be given back: its places as far as they are taken; and, where builds that knew no places have counted some
    /// of them off already, as many units from the top.
    /// </summary>
    public IReadOnlyList<UsageSpan> Returnable(Quantity units, IReadOnlyList<UsageSpan>? places)
    {
        var taken = UsageSpans.Without(UsageSpans.First(places ?? [], units), NotTaken());
        var missing = Quantity.Min(units, Used) - UsageSpans.Sum(taken);
        return missing > 0 ? UsageSpans.With(taken, GiveBack(taken).Last(missing)) : taken;
    }

    // The units that were taken last.
    private List<UsageSpan> Last(Quantity units)
    {
        var found = new List<UsageSpan>();
        foreach (var place in UsageSpans.Without([new UsageSpan(default, Top)], Gaps).Reverse())
        {
            var some = Quantity.Min(place.Units, units);
            if (some > 0)
            {
                found.Insert(0, new UsageSpan(place.End - some, some));
                units -= some;
            }
        }

        return found;
    }

    private IReadOnlyList<UsageSpan> NotTaken() => [.. Gaps, new UsageSpan(Top, new Quantity(Int128.MaxValue) - Top)];

    // A gap at the top is none; those that touch are joined already.
    private static MonthUse Of(Quantity top, IReadOnlyList<UsageSpan> gaps) =>
        gaps is [.., var last] && last.End == top ? new MonthUse(last.Before, [.. gaps.Take(gaps.Count - 1)]) : new MonthUse(top, gaps);
}
