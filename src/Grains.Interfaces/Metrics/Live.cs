namespace Platform.Metrics;

/// <summary>The running totals of one metric and unit (such as a currency) today, in UTC, and in the current minute.</summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.live-value")]
public sealed record LiveValue(
    [property: Id(0)] string Metric,
    [property: Id(1)] string Unit,
    [property: Id(2)] decimal Today,
    [property: Id(3)] long CountToday,
    [property: Id(4)] decimal Minute,
    [property: Id(5)] long CountMinute);

/// <summary>All live values at one offset. Epoch changes if offsets restart; a client must then use the snapshot.</summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.live-snapshot")]
public sealed record LiveSnapshot(
    [property: Id(0)] string Epoch,
    [property: Id(1)] long Offset,
    [property: Id(2)] IReadOnlyList<LiveValue> Values,
    [property: Id(3)] DateTimeOffset At);

/// <summary>The values that changed since the previous offset.</summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.live-update")]
public sealed record LiveUpdate(
    [property: Id(0)] string Epoch,
    [property: Id(1)] long Offset,
    [property: Id(2)] IReadOnlyList<LiveValue> Values,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] DateTimeOffset CommittedAt);
