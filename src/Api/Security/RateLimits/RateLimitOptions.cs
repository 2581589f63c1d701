namespace Platform.Api.Security.RateLimits;

/// <summary>Settings of rate limits (section <c>RateLimits</c>): requests per window and subject. 0 turns a limit off.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    public const int MaxWindow = 60;
    public const int MaxAccountWindow = 900;
    public const int MaxRecipientWindow = 86_400;

    /// <summary>Per client address, if nobody is signed in.</summary>
    public int PerIp { get; set; } = 60;

    /// <summary>Per user.</summary>
    public int PerUser { get; set; } = 100;

    /// <summary>Per service account.</summary>
    public int PerServiceAccount { get; set; } = 1000;

    /// <summary>Per session or key, on routes that revoke access; they do not count for the user.</summary>
    public int PerRevoker { get; set; } = 30;

    /// <summary>The length of a window in seconds.</summary>
    public int Window { get; set; } = MaxWindow;

    /// <summary>Sign-in attempts per e-mail address, from any client address; see ADR 0014.</summary>
    public int PerAccount { get; set; } = 20;

    /// <summary>The length of the account window in seconds.</summary>
    public int AccountWindow { get; set; } = 300;

    /// <summary>E-mails per address that somebody else can cause; see <see cref="LetterBound"/>.</summary>
    public int PerRecipient { get; set; } = 5;

    /// <summary>The length of the recipient window in seconds.</summary>
    public int RecipientWindow { get; set; } = 3_600;

    /// <summary>Whether all request limits are off. The limits of sign-in attempts and e-mails may still be on.</summary>
    public bool AreOff => PerIp == 0 && PerUser == 0 && PerServiceAccount == 0 && PerRevoker == 0;

    public bool AreValid =>
        PerIp >= 0 && PerUser >= 0 && PerServiceAccount >= 0 && PerAccount >= 0 && PerRevoker >= 0 && PerRecipient >= 0 &&
        Window is > 0 and <= MaxWindow && AccountWindow is > 0 and <= MaxAccountWindow && RecipientWindow is > 0 and <= MaxRecipientWindow;
}
