using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>A quota and its name, as reported in headers.</summary>
public sealed class RatePolicy(string name, int requests, int window, int? recheck = null)
{
    /// <summary>
    /// How long a process caches that the quota is used up before it asks again; null means until the window ends. Set it if counts can be
    /// reset, which other processes would not notice otherwise.
    /// </summary>
    public TimeSpan? Recheck { get; } = recheck is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public string Name { get; } = name;

    public bool IsOff => Quota.Requests == 0;

    public RateQuota Quota { get; } = new(requests, TimeSpan.FromSeconds(window));

    /// <summary>The value of <c>RateLimit-Policy</c>, a list of RFC 9651.</summary>
    public string Header { get; } = $"\"{name}\";q={requests};w={window}";
}

/// <summary>The configured policies, by kind of subject.</summary>
public sealed class RatePolicies(RateLimitOptions options)
{
    public RatePolicy Ip { get; } = new("ip", options.PerIp, options.Window);

    public RatePolicy User { get; } = new("user", options.PerUser, options.Window);

    public RatePolicy ServiceAccount { get; } = new("service-account", options.PerServiceAccount, options.Window);

    public RatePolicy Revoker { get; } = new("revoke", options.PerRevoker, options.Window);

    /// <summary>Sign-in attempts per account, in addition to <see cref="Ip"/>.</summary>
    public RatePolicy Account { get; } = new("account", options.PerAccount, options.AccountWindow, recheck: 1);

    /// <summary>E-mails to one address.</summary>
    public RatePolicy Recipient { get; } = new("recipient", options.PerRecipient, options.RecipientWindow);

    /// <summary>Never refuses: for requests that a process sends itself before it is ready.</summary>
    public RatePolicy WarmUp { get; } = new("warm-up", int.MaxValue, options.Window);
}
