using System.Diagnostics.Metrics;

namespace Platform.Api.Security.RateLimits;

/// <summary>Instruments of rate limits: meter <c>Platform.RateLimits</c>.</summary>
internal static class RateLimitInstruments
{
    private static readonly Meter Meter = new("Platform.RateLimits");

    public static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "platform.rate_limits.refused", description: "Requests refused by a quota, by policy.");

    public static readonly Counter<long> Uncounted = Meter.CreateCounter<long>(
        "platform.rate_limits.uncounted", description: "Requests allowed because the limiter was unavailable, by policy.");
}
