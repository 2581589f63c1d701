using Platform.RateLimits;

namespace Platform.Grains.RateLimits;

/// <summary>The requests used since a window started. Start is relative to any monotonic clock.</summary>
public readonly record struct RateWindow(TimeSpan Start, int Used);

/// <summary>Decides whether a request is allowed.</summary>
public static class RateLimitDecisions
{
    /// <summary>
    /// A window starts with the first request after the previous window, so that windows of different clients do not start together. If the
    /// clock went back, the window restarts with the same usage, so that nobody waits longer than one window.
    /// </summary>
    public static (RateWindow Window, RateAnswer Answer) Take(RateWindow window, TimeSpan now, RateQuota quota)
    {
        if (window.Used == 0 || now - window.Start >= quota.Window)
        {
            window = new RateWindow(now, 0);
        }
        else if (now < window.Start)
        {
            window = window with { Start = now };
        }

        var allowed = window.Used < quota.Requests;
        if (allowed)
        {
            window = window with { Used = window.Used + 1 };
        }

        return (window, new RateAnswer(allowed, Math.Max(0, quota.Requests - window.Used), window.Start + quota.Window - now));
    }
}
