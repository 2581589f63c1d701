using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>
/// The running totals of today (UTC) and of the current minute, by metric and unit, and which of them changed since the last push.
/// </summary>
public sealed class LiveTotals(DateTimeOffset now)
{
    private readonly Dictionary<(string Metric, string Unit), (Rollup Today, Rollup Minute)> _totals = [];
    private readonly HashSet<(string Metric, string Unit)> _changed = [];
    private DateTimeOffset _minute = Slots.Floor(now, Slots.Minute);

    public bool HasChanges => _changed.Count > 0;

    /// <summary>When the current minute ends and its totals reset; null if they are empty.</summary>
    public DateTimeOffset? MinuteEnds => _totals.Values.Any(total => total.Minute.Count > 0) ? _minute + Slots.Minute : null;

    /// <summary>Adds a value at an instant. Values before today, or before the current minute, do not count for these totals.</summary>
    public void Add(string metric, string dimensions, DateTimeOffset at, Rollup value)
    {
        Advance(at);
        if (Slots.Floor(at, Slots.Day) != Slots.Floor(_minute, Slots.Day))
        {
            return;
        }

        var key = (metric, BuiltInMetrics.UnitOf(metric, dimensions));
        var (today, minute) = _totals.GetValueOrDefault(key);
        _totals[key] = (today.Merge(value), Slots.Floor(at, Slots.Minute) == _minute ? minute.Merge(value) : minute);
        _changed.Add(key);
    }

    /// <summary>Starts a new minute or day if now is in one. Rows may be slightly ahead of this silo's clock.</summary>
    public void Advance(DateTimeOffset now)
    {
        var minute = Slots.Floor(now, Slots.Minute);
        if (minute <= _minute)
        {
            return;
        }

        var sameDay = Slots.Floor(minute, Slots.Day) == Slots.Floor(_minute, Slots.Day);
        _minute = minute;
        foreach (var (key, total) in _totals.ToList())
        {
            if (total.Minute.Count > 0 || (!sameDay && total.Today.Count > 0))
            {
                _changed.Add(key);
            }

            _totals[key] = (sameDay ? total.Today : default, default);
        }
    }

    public IReadOnlyList<LiveValue> All() => Values(_totals.Keys);

    public IReadOnlyList<LiveValue> TakeChanges()
    {
        var values = Values(_changed);
        _changed.Clear();
        return values;
    }

    private LiveValue[] Values(IEnumerable<(string Metric, string Unit)> keys) =>
    [
        .. keys.OrderBy(key => key.Metric, StringComparer.Ordinal).ThenBy(key => key.Unit, StringComparer.Ordinal).Select(key =>
        {
            var (today, minute) = _totals[key];
            return new LiveValue(key.Metric, key.Unit, today.Sum, today.Count, minute.Sum, minute.Count);
        }),
    ];
}
