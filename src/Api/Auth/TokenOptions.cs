namespace Platform.Api.Auth;

/// <summary>Settings of access tokens, section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    public string Issuer { get; set; } = "platform";

    public string Audience { get; set; } = "platform-api";

    /// <summary>How long an access token lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
}
