using Platform.RateLimits;

namespace Platform.Grains.RateLimits;

/// <summary>Holds one window. Idle for longer than its window it is let go.</summary>
[GrainType("rate-limit"), CollectionAgeLimit(Minutes = 2)]
internal sealed class RateLimitGrain(TimeProvider time) : Grain, IRateLimitGrain
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);
    private readonly long _origin = time.GetTimestamp();
    private RateWindow _window;

    public Task<RateAnswer> TakeAsync(RateQuota quota)
    {
        // Not the time of day, which is set back and forth.
        (_window, var answer) = RateLimitDecisions.Take(_window, time.GetElapsedTime(_origin), quota);
        if (quota.Window > Short)
        {
            DelayDeactivation(answer.Reset); // Who pauses does not thereby begin anew.
        }

        return Task.FromResult(answer);
    }

    public Task ForgetAsync()
    {
        _window = default;
        return Task.CompletedTask;
    }
}
