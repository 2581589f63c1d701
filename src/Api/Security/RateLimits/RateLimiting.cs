using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Counts every request under /api/v1, reports the remaining quota in headers (draft-ietf-httpapi-ratelimit-headers-11) and refuses
/// requests over a quota. It runs after token validation and before anything more expensive.
/// </summary>
[Services]
public static class RateLimiting
{
    /// <summary>The problem type of an exhausted quota.</summary>
    public const string QuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    public const string Code = "rate-limited";

    private const string Policy = "RateLimit-Policy";
    private const string Limit = "RateLimit";

    /// <summary>The headers of a refusal; every other answer of a limited route has the first two.</summary>
    public static readonly IReadOnlyList<(string Name, string Description)> Headers =
    [
        (Policy, "The policy that counts this request: its name, quota (q) and window in seconds (w). Sent with every answer."),
        (Limit, "The number of remaining requests (r) and the seconds until the next window (t). Sent with every answer."),
        ("Retry-After", "The seconds until the next request may pass."),
    ];

    /// <summary>Whether the path belongs to the API or the pages linked from e-mails. Ignores case, as routing does.</summary>
    public static bool IsLimited(PathString path)
    {
        var limited = path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase);
        for (var i = 0; !limited && i < LetterPaths.All.Count; i++)
        {
            limited = path.StartsWithSegments(LetterPaths.All[i], StringComparison.OrdinalIgnoreCase);
        }

        return limited;
    }

    public static void Add(IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section)
            .Validate(
                options => options.AreValid,
                $"RateLimits: quotas must not be negative, Window must be 1 to {RateLimitOptions.MaxWindow} seconds, " +
                $"AccountWindow 1 to {RateLimitOptions.MaxAccountWindow} and RecipientWindow 1 to {RateLimitOptions.MaxRecipientWindow}.")
            .ValidateOnStart();
        services.AddSingleton(provider => new RatePolicies(provider.GetRequiredService<IOptions<RateLimitOptions>>().Value));
        services.AddSingleton(provider =>
        {
            var grains = provider.GetRequiredService<EntityGrains>();
            return new RateLimiter(
                (key, quota) => grains.Of<IRateLimitGrain>(key).TakeAsync(quota), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RateLimiter>>(),
                key => grains.Of<IRateLimitGrain>(key).ForgetAsync());
        });
    }

    public static void UseRateLimits(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.AreOff)
        {
            return;
        }

        var policies = app.Services.GetRequiredService<RatePolicies>();
        var limiter = app.Services.GetRequiredService<RateLimiter>();
        app.Use(next => http =>
        {
            if (!IsLimited(http.Request.Path))
            {
                return next(http);
            }

            var subject = RateSubject.Of(http, policies);
            return subject.Policy.IsOff ? next(http) : CountAsync(http, subject, limiter, next);
        });
    }

    private static async Task CountAsync(HttpContext http, RateSubject subject, RateLimiter limiter, RequestDelegate next)
    {
        var answer = await limiter.TakeAsync(subject);
        AddHeaders(http, subject.Policy, answer);
        await (answer.Allowed ? next(http) : RefuseAsync(http, subject.Policy, answer));
    }

    // Floods of guesses on the auth routes go to the audit log; the metric is enough for the rest.
    private static async Task RefuseAsync(HttpContext http, RatePolicy policy, RateAnswer answer)
    {
        if (http.Request.Path.StartsWithSegments("/api/v1/auth", StringComparison.OrdinalIgnoreCase))
        {
            await http.RequestServices.GetRequiredService<AuditTrail>().RateLimitedAsync(http, policy.Name);
        }

        await Refusal(policy, answer).ExecuteAsync(http);
    }

    /// <summary>Sets the rate-limit headers, or appends to those of another policy.</summary>
    public static void AddHeaders(HttpContext http, RatePolicy policy, RateAnswer answer)
    {
        var headers = http.Response.Headers;
        var limit = string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r={answer.Remaining};t={Seconds(answer)}");
        headers[Policy] = headers[Policy] is { Count: > 0 } policies ? $"{policies}, {policy.Header}" : policy.Header;
        headers[Limit] = headers[Limit] is { Count: > 0 } limits ? $"{limits}, {limit}" : limit;
    }

    /// <summary>Makes the answer to a request over a quota, and counts it.</summary>
    public static Problem Refusal(RatePolicy policy, RateAnswer answer)
    {
        var seconds = Seconds(answer);
        RateLimitInstruments.Refused.Add(1, new KeyValuePair<string, object?>("policy", policy.Name));
        return new Problem(429, Code, Detail(policy.Quota.Requests, seconds))
        {
            Type = QuotaExceeded,
            RetryAfter = seconds,
            Extensions = new Dictionary<string, object> { ["violated-policies"] = (string[])[policy.Name] },
        };
    }

    internal static string Detail(int requests, int seconds) => $"The quota of {requests} requests is used up. Retry in {seconds} s.";

    private static int Seconds(RateAnswer answer) => (int)Math.Ceiling(answer.Reset.TotalSeconds);
}
