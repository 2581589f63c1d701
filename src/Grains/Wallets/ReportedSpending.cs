using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// The spending that children have reported to their parent and that is not settled. Keeps the last report of each child and day (in the
/// organisation's time zone), so that spending is settled in the month it belongs to.
/// </summary>
public sealed class ReportedSpending
{
    private readonly Dictionary<Guid, SortedList<long, Report>> _children = [];

    public bool IsEmpty => _children.Count == 0;

    public void Add(ChildSpending spending, int day)
    {
        if (!_children.TryGetValue(spending.ChildId, out var reports))
        {
            _children.Add(spending.ChildId, reports = []);
        }

        // The common case: the newest report, of the same day as the previous one.
        if (reports.Count > 0 && reports.GetValueAtIndex(reports.Count - 1) is var last && last.Day == day &&
            last.Spending.Version < spending.Version)
        {
            reports.RemoveAt(reports.Count - 1);
        }

        reports[spending.Version] = new Report(spending, day);
    }

    /// <summary>Removes and returns the last report of each child and day, in spending order.</summary>
    public IReadOnlyList<Report> Take()
    {
        List<Report> taken = [];
        foreach (var reports in _children.Values.Select(reports => reports.Values))
        {
            for (var i = 0; i < reports.Count; i++)
            {
                if (i == reports.Count - 1 || reports[i + 1].Day != reports[i].Day)
                {
                    taken.Add(reports[i]);
                }
            }
        }

        _children.Clear();
        // Orders the reports of one child by version, because a clock may have gone back.
        taken.Sort(static (left, right) => left.Spending.ChildId == right.Spending.ChildId
            ? left.Spending.Version.CompareTo(right.Spending.Version)
            : left.Day != right.Day ? left.Day.CompareTo(right.Day) : left.Spending.ChildId.CompareTo(right.Spending.ChildId));
        return taken;
    }

    public void PutBack(IReadOnlyList<Report> taken)
    {
        foreach (var report in taken)
        {
            Add(report.Spending, report.Day);
        }
    }

    /// <summary>A report and the day it counts on.</summary>
    public readonly record struct Report(ChildSpending Spending, int Day);
}
