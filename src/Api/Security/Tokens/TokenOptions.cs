namespace Platform.Api.Security.Tokens;

/// <summary>Settings of access tokens (section <c>Tokens</c>).</summary>
public sealed class TokenOptions
{
    public string Issuer { get; set; } = "platform";

    public string Audience { get; set; } = "platform-api";

    /// <summary>How long a client may resend a refresh token if the answer was lost: at most ten seconds, 0 for never.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a key signs before the next one takes over.</summary>
    public TimeSpan KeyAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often a process reloads the signing keys. Must be the same in all processes.</summary>
    public TimeSpan KeyReload { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The lifetime of an access token.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
}
