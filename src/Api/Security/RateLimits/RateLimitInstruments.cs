using System.Diagnostics.Metrics;

namespace Platform.Api.Security.RateLimits;

/// <summary>Metrics of the rate limits: meter <c>Platform.RateLimits</c>.</summary>
internal static class RateLimitInstruments
{
    private static readonly Meter Meter = new("Platform.RateLimits");

    public static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "platform.rate_limits.refused", description: "Requests over a quota, by policy.");

    public static readonly Counter<long> Uncounted = Meter.CreateCounter<long>(
        "platform.rate_limits.uncounted", description: "Requests that passed because the limiter did not answer, by policy.");
}
