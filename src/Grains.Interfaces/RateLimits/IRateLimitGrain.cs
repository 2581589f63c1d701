namespace Platform.RateLimits;

/// <summary>
/// The window in which the requests of one subject are counted, one for the whole cluster. Key: the organisation and id of
/// a user or service account, or <see cref="Caller.Platform"/> and a hash of a client's address. Kept in memory alone: it
/// ends with its silo.
/// </summary>
[Alias("platform.rate-limits.rate-limit")]
public interface IRateLimitGrain : IGrainWithStringKey
{
    /// <summary>Counts one request, where the quota has room for it. Not for long: the request that asks is waiting.</summary>
    [Alias("take"), ResponseTimeout("00:00:02")]
    Task<RateAnswer> TakeAsync(RateQuota quota);

    /// <summary>Forgets what was counted: the next request begins a new window.</summary>
    [Alias("forget"), ResponseTimeout("00:00:02")]
    Task ForgetAsync();
}

/// <summary>How many requests may pass in a window, and how long one lasts.</summary>
[GenerateSerializer, Immutable, Alias("platform.rate-limits.rate-quota")]
public readonly record struct RateQuota([property: Id(0)] int Requests, [property: Id(1)] TimeSpan Window);

/// <summary>Whether a request passes, how many more may in this window, and how long until the next one may begin.</summary>
[GenerateSerializer, Immutable, Alias("platform.rate-limits.rate-answer")]
public readonly record struct RateAnswer(
    [property: Id(0)] bool Allowed, [property: Id(1)] int Remaining, [property: Id(2)] TimeSpan Reset);
