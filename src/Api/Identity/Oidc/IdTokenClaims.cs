using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// What OpenID Connect asks of the claims of an ID token, beyond what every JWT must be: party, age, nonce, the access token's hash
/// and the subject.
/// </summary>
internal readonly record struct IdTokenClaims(OidcProvider Provider, JsonElement Claims, DateTimeOffset Now)
{
    /// <summary>How far the clocks of a provider and of this process may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>The name of the first claim at fault, null where there is none.</summary>
    public string? Fault(SecurityKey key, string nonce, string? accessToken) =>
        !IsKeyOfIssuer(key) ? "key"
        : !IsForUs() ? "azp"
        : !IsFresh() ? "iat"
        : !IsOfSignIn(nonce) ? "nonce"
        : !IsBesides(accessToken) ? "at_hash"
        : Claims.Text("sub") is not { Length: > 0 and <= 255 } subject || !Text.IsLine(subject, 255) ? "sub"
        : null;

    /// <summary>An issuer, with the tenant of the token where it is a template; null where the token names none.</summary>
    public static string? IssuerOf(string issuer, OidcProvider provider, JsonElement claims) =>
        !provider.IsTemplated ? issuer
        : claims.Text("tid") is { } tenant && Guid.TryParseExact(tenant, "D", out _) ? issuer.Replace("{tenantid}", tenant, StringComparison.Ordinal)
        : null;

    // Microsoft ties each key to one tenant or to all.
    private bool IsKeyOfIssuer(SecurityKey key) =>
        key is not JsonWebKey { AdditionalData: { } more } || !more.TryGetValue("issuer", out var issuer) ||
        (issuer is string text && IssuerOf(text, Provider, Claims) == Claims.Text("iss"));

    private bool IsForUs() => Claims.Text("azp") is { } party ? party == Provider.Options.ClientId : Claims.Texts("aud").Count == 1;

    private bool IsFresh() =>
        Claims.Seconds("iat") is { } issued && DateTimeOffset.FromUnixTimeSeconds(issued) is var at && at <= Now + Skew && at >= Now - MaxAge;

    private bool IsOfSignIn(string nonce) => Claims.Text("nonce") is { } said &&
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce));

    // RS256 and ES256 both say SHA-256.
    private bool IsBesides(string? accessToken) => !Claims.TryGetProperty("at_hash", out _) || (accessToken is not null &&
        Claims.Text("at_hash") == Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)));
}
