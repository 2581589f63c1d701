namespace Platform.Grains.Metrics;

/// <summary>Rollups by slot that are not stored yet, to be added to the stored ones, and when each actor was seen.</summary>
public sealed class RollupDeltas
{
    private readonly Dictionary<RollupKey, Rollup> _slots = [];
    private readonly Dictionary<Guid, (DateTimeOffset First, DateTimeOffset Last)> _seen = [];

    public IReadOnlyCollection<KeyValuePair<RollupKey, Rollup>> Slots => _slots;

    /// <summary>When each actor was first and last seen.</summary>
    public IReadOnlyCollection<KeyValuePair<Guid, (DateTimeOffset First, DateTimeOffset Last)>> Seen => _seen;

    /// <summary>Records that an actor acted at an instant.</summary>
    public void See(Guid actorId, DateTimeOffset at) => See(actorId, at, at);

    public void Add(MetricPoint point)
    {
        var value = Rollup.Of(point.Value);
        Add(new RollupKey(point.Metric, Resolution.Minute, Metrics.Slots.Floor(point.At, Metrics.Slots.Minute), point.Dimensions), value);
        Add(new RollupKey(point.Metric, Resolution.QuarterHour, Metrics.Slots.Floor(point.At, Metrics.Slots.QuarterHour), point.Dimensions),
            value);
    }

    public void Add(RollupDeltas other)
    {
        foreach (var (key, value) in other._slots)
        {
            Add(key, value);
        }

        foreach (var (actorId, (first, last)) in other._seen)
        {
            See(actorId, first, last);
        }
    }

    private void See(Guid actorId, DateTimeOffset first, DateTimeOffset last) => _seen[actorId] = _seen.TryGetValue(actorId, out var known)
        ? (first < known.First ? first : known.First, last > known.Last ? last : known.Last)
        : (first, last);

    private void Add(RollupKey key, Rollup value) => _slots[key] = _slots.GetValueOrDefault(key).Merge(value);
}
