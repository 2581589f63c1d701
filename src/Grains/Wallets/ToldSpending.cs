using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// What children have told their parent and it has not settled. Of several days in the organisation's time zone each keeps its last, so
/// that a month that is over has what was spent in it.
/// </summary>
public sealed class ToldSpending
{
    private readonly Dictionary<Guid, SortedList<long, Told>> _children = [];

    public bool IsEmpty => _children.Count == 0;

    public void Add(ChildSpending spending, int day)
    {
        if (!_children.TryGetValue(spending.ChildId, out var told))
        {
            _children.Add(spending.ChildId, told = []);
        }

        // Mostly it is the newest, of the same day as the one before.
        if (told.Count > 0 && told.GetValueAtIndex(told.Count - 1) is var last && last.Day == day && last.Spending.Version < spending.Version)
        {
            told.RemoveAt(told.Count - 1);
        }

        told[spending.Version] = new Told(spending, day);
    }

    /// <summary>The last of each child and day, in the order in which it was spent; nothing is left here.</summary>
    public IReadOnlyList<Told> Take()
    {
        List<Told> taken = [];
        foreach (var told in _children.Values.Select(told => told.Values))
        {
            for (var i = 0; i < told.Count; i++)
            {
                if (i == told.Count - 1 || told[i + 1].Day != told[i].Day)
                {
                    taken.Add(told[i]);
                }
            }
        }

        _children.Clear();
        // Of one child the versions are the order, also where a clock went back.
        taken.Sort(static (left, right) => left.Spending.ChildId == right.Spending.ChildId
            ? left.Spending.Version.CompareTo(right.Spending.Version)
            : left.Day != right.Day ? left.Day.CompareTo(right.Day) : left.Spending.ChildId.CompareTo(right.Spending.ChildId));
        return taken;
    }

    public void PutBack(IReadOnlyList<Told> taken)
    {
        foreach (var told in taken)
        {
            Add(told.Spending, told.Day);
        }
    }

    /// <summary>What was told, and the day that it counts for.</summary>
    public readonly record struct Told(ChildSpending Spending, int Day);
}
