using Platform.RateLimits;

namespace Platform.Grains.RateLimits;

/// <summary>The requests that passed since a window began, by a clock that need not tell the time of day.</summary>
public readonly record struct RateWindow(TimeSpan Start, int Used);

/// <summary>Which request passes. Pure.</summary>
public static class RateLimitDecisions
{
    /// <summary>
    /// A window begins with the first request that no earlier one covers, so that no moment is shared by all clients. Where
    /// the clock went back, it begins again with what it has used: nobody waits for longer than one window.
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
