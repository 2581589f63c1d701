namespace Platform.Grains.Metrics;

/// <summary>The mergeable value of a slot: an average is sum by count, never an average of averages.</summary>
public readonly record struct Rollup(long Count, decimal Sum, decimal Min, decimal Max)
{
    public static Rollup Of(decimal value) => new(1, value, value, value);

    /// <summary>Both together; the default is neutral.</summary>
    public Rollup Merge(Rollup other) => Count == 0 ? other
        : other.Count == 0 ? this
        : new(checked(Count + other.Count), Sum + other.Sum, Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}

/// <summary>The widths of stored slots.</summary>
public enum Resolution : short
{
    Minute = 0,
    QuarterHour = 1,
}

/// <summary>One row of the rollups of an organisation.</summary>
public readonly record struct RollupKey(string Metric, Resolution Resolution, DateTimeOffset Slot, string Dimensions);

/// <summary>Slots in UTC; every present IANA offset is a whole number of quarter hours, so that local hours and days are sums of them.</summary>
public static class Slots
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static DateTimeOffset Floor(DateTimeOffset at, TimeSpan width) => new(at.UtcTicks - (at.UtcTicks % width.Ticks), TimeSpan.Zero);
}
