using Platform.RateLimits;

namespace Platform.Grains.RateLimits;

/// <summary>Holds one window in memory. Deactivates if idle for longer than the window.</summary>
[GrainType("rate-limit"), CollectionAgeLimit(Minutes = 2)]
internal sealed class RateLimitGrain(TimeProvider time) : Grain, IRateLimitGrain
{
    private static readonly TimeSpan ShortWindow = TimeSpan.FromMinutes(1);
    private readonly long _origin = time.GetTimestamp();
    private RateWindow _window;

    public Task<RateAnswer> TakeAsync(RateQuota quota)
    {
        // Monotonic, because the time of day may be adjusted.
        (_window, var answer) = RateLimitDecisions.Take(_window, time.GetElapsedTime(_origin), quota);
        if (quota.Window > ShortWindow)
        {
            DelayDeactivation(answer.Reset); // Idle collection must not reset a long window.
        }

        return Task.FromResult(answer);
    }

    public Task ForgetAsync()
    {
        _window = default;
        return Task.CompletedTask;
    }
}
