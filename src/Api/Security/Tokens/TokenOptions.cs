
namespace Platform.Api.Security.Tokens;

/// <summary>Settings of access tokens, section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    public string Issuer { get; set; } = "platform";

    public string Audience { get; set; } = "platform-api";

    /// <summary>How long a client whose answer was lost may send the same refresh token again; at most ten seconds, 0 never.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a key signs before the next one does.</summary>
    public TimeSpan KeyAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often a process reads the signing keys; the same for all processes.</summary>
    public TimeSpan KeyReload { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an access token lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
}
