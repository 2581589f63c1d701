namespace Platform.Api.Security.RateLimits;

/// <summary>Settings of rate limits, section <c>RateLimits</c>: requests in a window for each subject. 0 turns one off.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    public const int MaxWindow = 60;
    public const int MaxAccountWindow = 900;
    public const int MaxRecipientWindow = 86_400;

    /// <summary>For each client address, where nobody has signed in.</summary>
    public int PerIp { get; set; } = 60;

    /// <summary>For each user.</summary>
    public int PerUser { get; set; } = 100;

    /// <summary>For each service account.</summary>
    public int PerServiceAccount { get; set; } = 1000;

    /// <summary>For each session or key, on routes that take access away; they do not count for the user.</summary>
    public int PerRevoker { get; set; } = 30;

    /// <summary>How long a window lasts, in seconds.</summary>
    public int Window { get; set; } = MaxWindow;

    /// <summary>Attempts to sign in with one e-mail address, from wherever they come; see ADR 0014.</summary>
    public int PerAccount { get; set; } = 20;

    /// <summary>How long the window of an account lasts, in seconds.</summary>
    public int AccountWindow { get; set; } = 300;

    /// <summary>AccountLetters to one address that somebody else can cause, whatever they are about; see <see cref="LetterBound"/>.</summary>
    public int PerRecipient { get; set; } = 5;

    /// <summary>How long the window of an address lasts, in seconds.</summary>
    public int RecipientWindow { get; set; } = 3_600;

    /// <summary>Whether no request is counted as such; attempts to sign in may be counted all the same.</summary>
    public bool AreOff => PerIp == 0 && PerUser == 0 && PerServiceAccount == 0 && PerRevoker == 0;

    public bool AreValid => PerIp >= 0 && PerUser >= 0 && PerServiceAccount >= 0 && PerAccount >= 0 && PerRevoker >= 0 && PerRecipient >= 0 &&
        Window is > 0 and <= MaxWindow && AccountWindow is > 0 and <= MaxAccountWindow && RecipientWindow is > 0 and <= MaxRecipientWindow;
}
