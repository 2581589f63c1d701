namespace Platform.RateLimits;

/// <summary>
/// Counts the requests of one subject in a window for the whole cluster. Key: the organisation and id of a user or service account, or
/// <see cref="Caller.Platform"/> and a hash of a client address. State is only in memory and is lost with the silo.
/// </summary>
[Alias("platform.rate-limits.rate-limit")]
public interface IRateLimitGrain : IGrainWithStringKey
{
    /// <summary>Counts a request if the quota allows it. The timeout is short, because the request is waiting.</summary>
    [Alias("take"), ResponseTimeout("00:00:02")]
    Task<RateAnswer> TakeAsync(RateQuota quota);

    /// <summary>Resets the count. The next request starts a new window.</summary>
    [Alias("forget"), ResponseTimeout("00:00:02")]
    Task ForgetAsync();
}

/// <summary>The number of requests allowed in a window, and its length.</summary>
[GenerateSerializer, Immutable, Alias("platform.rate-limits.rate-quota")]
public readonly record struct RateQuota([property: Id(0)] int Requests, [property: Id(1)] TimeSpan Window);

/// <summary>Whether a request is allowed, how many remain in the window, and the time until the next window.</summary>
[GenerateSerializer, Immutable, Alias("platform.rate-limits.rate-answer")]
public readonly record struct RateAnswer(
    [property: Id(0)] bool Allowed, [property: Id(1)] int Remaining, [property: Id(2)] TimeSpan Reset);
