namespace Platform.Grains.Metrics;

/// <summary>The mergeable value of a slot. An average is sum divided by count, never an average of averages.</summary>
public readonly record struct Rollup(long Count, decimal Sum, decimal Min, decimal Max)
{
    public static Rollup Of(decimal value) => new(1, value, value, value);

    /// <summary>Merges two rollups; the default value is empty.</summary>
    public Rollup Merge(Rollup other) => Count == 0 ? other
        : other.Count == 0 ? this
        : new(checked(Count + other.Count), Sum + other.Sum, Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}

/// <summary>The width of stored slots.</summary>
public enum Resolution : short
{
    Minute = 0,
    QuarterHour = 1,
}

/// <summary>The key of a stored rollup of an organisation.</summary>
public readonly record struct RollupKey(string Metric, Resolution Resolution, DateTimeOffset Slot, string Dimensions);

/// <summary>
/// Slots in UTC. All current IANA offsets are multiples of a quarter hour, so that local hours and days are sums of slots.
/// </summary>
public static class Slots
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static DateTimeOffset Floor(DateTimeOffset at, TimeSpan width) => new(at.UtcTicks - (at.UtcTicks % width.Ticks), TimeSpan.Zero);
}
