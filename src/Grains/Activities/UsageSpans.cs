using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>Places on the scale of a month, each list in ascending order without overlap. Pure.</summary>
public static class UsageSpans
{
    /// <summary>The places of a quantity that stands after so many units: in one piece unless they are named.</summary>
    public static IReadOnlyList<UsageSpan> Of(Quantity before, Quantity units, IReadOnlyList<UsageSpan>? places) => places ?? [new UsageSpan(before, units)];

    /// <summary>As it is written: not at all where it is one piece.</summary>
    public static IReadOnlyList<UsageSpan>? Named(IReadOnlyList<UsageSpan> places) => places.Count == 1 ? null : places;

    public static Quantity Sum(IEnumerable<UsageSpan> places) => places.Aggregate(default(Quantity), (sum, place) => sum + place.Units);

    /// <summary>The first units of these places.</summary>
    public static IReadOnlyList<UsageSpan> First(IReadOnlyList<UsageSpan> places, Quantity units)
    {
        var found = new List<UsageSpan>();
        foreach (var place in places)
        {
            var some = Quantity.Min(place.Units, units);
            if (some > 0)
            {
                found.Add(new UsageSpan(place.Before, some));
                units -= some;
            }
        }

        return found;
    }

    /// <summary>What is in these places and not in the others.</summary>
    public static IReadOnlyList<UsageSpan> Without(IReadOnlyList<UsageSpan> places, IReadOnlyList<UsageSpan> others)
    {
        var left = new List<UsageSpan>();
        foreach (var place in places)
        {
            var from = place.Before;
            foreach (var other in others)
            {
                Add(left, from, Quantity.Min(other.Before, place.End));
                from = Quantity.Max(from, other.End);
            }

            Add(left, from, place.End);
        }

        return left;
    }

    /// <summary>What is in either, neighbours as one piece.</summary>
    public static IReadOnlyList<UsageSpan> With(IReadOnlyList<UsageSpan> places, IReadOnlyList<UsageSpan> others)
    {
        var joined = new List<UsageSpan>();
        foreach (var place in places.Concat(Without(others, places)).OrderBy(place => place.Before.Millionths))
        {
            if (joined is [.., var last] && last.End == place.Before)
            {
                joined[^1] = last with { Units = last.Units + place.Units };
            }
            else
            {
                joined.Add(place);
            }
        }

        return joined;
    }

    private static void Add(List<UsageSpan> places, Quantity from, Quantity end)
    {
        if (from < end)
        {
            places.Add(new UsageSpan(from, end - from));
        }
    }
}
