namespace Platform.Metrics;

/// <summary>The running totals of one metric today (UTC day) and in the current minute, by its currency or other unit.</summary>
[GenerateSerializer, Immutable, Alias("platform.metrics.live-value")]
public sealed record LiveValue(
    [property: Id(0)] string Metric,
    [property: Id(1)] string Unit,
    [property: Id(2)] decimal Today,
    [property: Id(3)] long CountToday,
    [property: Id(4)] decimal Minute,
    [property: Id(5)] long CountMinute);

/// <summary>All live values at one offset. Epoch changes when offsets start anew, so that a client knows it must take the snapshot.</summary>
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
