using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>Set operations on spans of a month's units. Lists are ascending and without overlap.</summary>
public static class UsageSpans
{
    /// <summary>Returns the places if given, otherwise one span after the units before.</summary>
    public static IReadOnlyList<UsageSpan> Of(Quantity before, Quantity units, IReadOnlyList<UsageSpan>? places) =>
        places ?? [new UsageSpan(before, units)];

    /// <summary>Returns the stored form: null for a single span.</summary>
    public static IReadOnlyList<UsageSpan>? Stored(IReadOnlyList<UsageSpan> places) => places.Count == 1 ? null : places;

    public static Quantity Sum(IEnumerable<UsageSpan> places) => places.Aggregate(default(Quantity), (sum, place) => sum + place.Units);

    /// <summary>Returns the first units of the places.</summary>
    public static IReadOnlyList<UsageSpan> First(IReadOnlyList<UsageSpan> places, Quantity units)
    {
        var found = new List<UsageSpan>();
        foreach (var place in places)
        {
            var part = Quantity.Min(place.Units, units);
            if (part > 0)
            {
                found.Add(new UsageSpan(place.Before, part));
                units -= part;
            }
        }

        return found;
    }

    /// <summary>Returns what is in the places but not in the others.</summary>
    public static IReadOnlyList<UsageSpan> Except(IReadOnlyList<UsageSpan> places, IReadOnlyList<UsageSpan> others)
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

    /// <summary>Returns what is in either list, joining adjacent spans.</summary>
    public static IReadOnlyList<UsageSpan> Union(IReadOnlyList<UsageSpan> places, IReadOnlyList<UsageSpan> others)
    {
        var joined = new List<UsageSpan>();
        foreach (var place in places.Concat(Except(others, places)).OrderBy(place => place.Before.Millionths))
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
