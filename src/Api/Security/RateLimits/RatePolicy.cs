using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>A quota and its name, as the headers tell them.</summary>
public sealed class RatePolicy(string name, int requests, int window, int? recheck = null)
{
    /// <summary>
    /// How long a process holds that the quota is used up before it asks again; null: until the window ends. Set where what was counted may
    /// be forgotten, which other processes would not notice otherwise.
    /// </summary>
    public TimeSpan? Recheck { get; } = recheck is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public string Name { get; } = name;

    public bool IsOff => Quota.Requests == 0;

    public RateQuota Quota { get; } = new(requests, TimeSpan.FromSeconds(window));

    /// <summary>The value of <c>RateLimit-Policy</c>, a list of RFC 9651.</summary>
    public string Header { get; } = $"\"{name}\";q={requests};w={window}";
}

/// <summary>The policies that are set, by who is counted.</summary>
public sealed class RatePolicies(RateLimitOptions options)
{
    public RatePolicy Ip { get; } = new("ip", options.PerIp, options.Window);

    public RatePolicy User { get; } = new("user", options.PerUser, options.Window);

    public RatePolicy ServiceAccount { get; } = new("service-account", options.PerServiceAccount, options.Window);

    public RatePolicy Revoker { get; } = new("revoke", options.PerRevoker, options.Window);

    /// <summary>Attempts to sign in as somebody, besides <see cref="Ip"/>.</summary>
    public RatePolicy Account { get; } = new("account", options.PerAccount, options.AccountWindow, recheck: 1);

    /// <summary>Letters to one address.</summary>
    public RatePolicy Recipient { get; } = new("recipient", options.PerRecipient, options.RecipientWindow);

    /// <summary>Refuses nothing: what processes send themselves before they are ready.</summary>
    public RatePolicy WarmUp { get; } = new("warm-up", int.MaxValue, options.Window);
}
