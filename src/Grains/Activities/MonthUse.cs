using System.Text.Json.Serialization;
using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// A user's usage of one type in a month: all units up to Top except the gaps, which were given back. The next activity takes the lowest
/// gaps first, so that cheaper units that were given back are used again.
/// </summary>
public sealed record MonthUse(Quantity Top, IReadOnlyList<UsageSpan> Gaps)
{
    /// <summary>
    /// The maximum number of spans of one quantity, to keep its journal row small. Further gaps are used by the next activity.
    /// </summary>
    public const int MaxPlaces = 64;

    public static readonly MonthUse None = new(default, []);

    [JsonIgnore]
    public Quantity Used => Top - UsageSpans.Sum(Gaps);

    /// <summary>Returns the spans that the next units would take.</summary>
    public IReadOnlyList<UsageSpan> PlacesFor(Quantity units)
    {
        var places = UsageSpans.First([.. Gaps.Take(MaxPlaces - 1)], units);
        var left = units - UsageSpans.Sum(places);
        return left > 0 ? [.. places, new UsageSpan(Top, left)] : places;
    }

    public MonthUse Take(IReadOnlyList<UsageSpan> places) =>
        Of(places.Aggregate(Top, (end, place) => Quantity.Max(end, place.End)), UsageSpans.Except(Gaps, places));

    public MonthUse GiveBack(IReadOnlyList<UsageSpan> places) => Of(Top, UsageSpans.Union(Gaps, UsageSpans.Except(places, NotTaken())));

    /// <summary>
    /// Returns the spans of a quantity that can be given back: its places as far as they are taken, and the rest from the top if an earlier
    /// build, which knew no places, has given back some of them.
    /// </summary>
    public IReadOnlyList<UsageSpan> Returnable(Quantity units, IReadOnlyList<UsageSpan>? places)
    {
        var taken = UsageSpans.Except(UsageSpans.First(places ?? [], units), NotTaken());
        var missing = Quantity.Min(units, Used) - UsageSpans.Sum(taken);
        return missing > 0 ? UsageSpans.Union(taken, GiveBack(taken).Last(missing)) : taken;
    }

    // Returns the units that were taken last.
    private List<UsageSpan> Last(Quantity units)
    {
        var found = new List<UsageSpan>();
        foreach (var place in UsageSpans.Except([new UsageSpan(default, Top)], Gaps).Reverse())
        {
            var part = Quantity.Min(place.Units, units);
            if (part > 0)
            {
                found.Insert(0, new UsageSpan(place.End - part, part));
                units -= part;
            }
        }

        return found;
    }

    private IReadOnlyList<UsageSpan> NotTaken() => [.. Gaps, new UsageSpan(Top, new Quantity(Int128.MaxValue) - Top)];

    // Removes a gap at the top by lowering Top. Adjacent gaps are already joined.
    private static MonthUse Of(Quantity top, IReadOnlyList<UsageSpan> gaps) =>
        gaps is [.., var last] && last.End == top ? new MonthUse(last.Before, [.. gaps.Take(gaps.Count - 1)]) : new MonthUse(top, gaps);
}
