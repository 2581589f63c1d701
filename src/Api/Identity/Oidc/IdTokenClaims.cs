using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// Checks the claims of an ID token that OpenID Connect adds to those of every JWT: authorised party, age, nonce, the hash of the
/// access token and the subject.
/// </summary>
internal readonly record struct IdTokenClaims(OidcProvider Provider, JsonElement Claims, DateTimeOffset Now)
{
    /// <summary>How much the clocks of a provider and of this process may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>The name of the first invalid claim, or null.</summary>
    public string? Fault(SecurityKey key, string nonce, string? accessToken) =>
        !IsKeyOfIssuer(key) ? "key"
        : !IsAuthorisedParty() ? "azp"
        : !IsFresh() ? "iat"
        : !HasNonce(nonce) ? "nonce"
        : !MatchesAccessToken(accessToken) ? "at_hash"
        : Claims.Text("sub") is not { Length: > 0 and <= 255 } subject || !Text.IsLine(subject, 255) ? "sub"
        : null;

    /// <summary>The issuer; if it is a template, with the tenant of the token, or null if the token names no tenant.</summary>
    public static string? IssuerOf(string issuer, OidcProvider provider, JsonElement claims) =>
        !provider.IsTemplated ? issuer
        : claims.Text("tid") is { } tenant && Guid.TryParseExact(tenant, "D", out _)
            ? issuer.Replace("{tenantid}", tenant, StringComparison.Ordinal)
        : null;

    // Microsoft restricts each key to one tenant, or allows it for all.
    private bool IsKeyOfIssuer(SecurityKey key) =>
        key is not JsonWebKey { AdditionalData: { } more } || !more.TryGetValue("issuer", out var issuer) ||
        (issuer is string text && IssuerOf(text, Provider, Claims) == Claims.Text("iss"));

    private bool IsAuthorisedParty() =>
        Claims.Text("azp") is { } party ? party == Provider.Options.ClientId : Claims.Texts("aud").Count == 1;

    private bool IsFresh() =>
        Claims.Seconds("iat") is { } issued &&
        DateTimeOffset.FromUnixTimeSeconds(issued) is var at && at <= Now + Skew && at >= Now - MaxAge;


    private bool HasNonce(string nonce) => Claims.Text("nonce") is { } claimed &&
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(claimed), Encoding.UTF8.GetBytes(nonce));

    // RS256 and ES256 both use SHA-256.
    private bool MatchesAccessToken(string? accessToken) => !Claims.TryGetProperty("at_hash", out _) || (accessToken is not null &&
        Claims.Text("at_hash") == Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)));
}
