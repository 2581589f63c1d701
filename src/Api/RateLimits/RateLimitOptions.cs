namespace Platform.Api.RateLimits;

/// <summary>Settings of rate limits, section <c>RateLimits</c>: requests in a window for each subject. 0 turns one off.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>No window is longer: the grain that holds it is let go when it was idle for two minutes.</summary>
    public const int MaxWindow = 60;

    /// <summary>For each client address, where nobody has signed in.</summary>
    public int PerIp { get; set; } = 60;

    /// <summary>For each user.</summary>
    public int PerUser { get; set; } = 100;

    /// <summary>For each service account.</summary>
    public int PerServiceAccount { get; set; } = 1000;

    /// <summary>How long a window lasts, in seconds.</summary>
    public int Window { get; set; } = MaxWindow;

    public bool AreOff => PerIp == 0 && PerUser == 0 && PerServiceAccount == 0;

    public bool AreValid => PerIp >= 0 && PerUser >= 0 && PerServiceAccount >= 0 && Window is > 0 and <= MaxWindow;
}
