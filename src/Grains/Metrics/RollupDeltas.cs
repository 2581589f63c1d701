namespace Platform.Grains.Metrics;

/// <summary>What was folded and is not stored: per slot, to be added to the stored rollups.</summary>
public sealed class RollupDeltas
{
    private readonly Dictionary<RollupKey, Rollup> _slots = [];

    public IReadOnlyCollection<KeyValuePair<RollupKey, Rollup>> Slots => _slots;

    public bool IsEmpty => _slots.Count == 0;

    public void Add(MetricPoint point)
    {
        var value = Rollup.Of(point.Value);
        Add(new RollupKey(point.Metric, Resolution.Minute, Metrics.Slots.Floor(point.At, Metrics.Slots.Minute), point.Dimensions), value);
        Add(new RollupKey(point.Metric, Resolution.QuarterHour, Metrics.Slots.Floor(point.At, Metrics.Slots.QuarterHour), point.Dimensions), value);
    }

    public void Add(RollupDeltas other)
    {
        foreach (var (key, value) in other._slots)
        {
            Add(key, value);
        }
    }

    private void Add(RollupKey key, Rollup value) => _slots[key] = _slots.GetValueOrDefault(key).Merge(value);
}
