using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// A sign-in in progress: what was sent to the provider, and what its response must match. Link is set if a signed-in user links an
/// account.
/// </summary>
public sealed record OidcFlow(
    string Provider, string State, string Nonce, string Verifier, string RedirectUri, string? ReturnTo, LoginOwner? Link,
    DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static OidcFlow Begin(string provider, string redirectUri, string? returnTo, LoginOwner? link, DateTimeOffset now) =>
        new(provider, Secret(), Secret(), Secret(), redirectUri, returnTo, link, now + Lifetime);

    /// <summary>The PKCE challenge, method S256 (RFC 7636).</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>
/// Keeps each sign-in in progress in an encrypted cookie of the browser that started it, one cookie per sign-in, so that two tabs do
/// not interfere. Each can be completed only once, by any process.
/// </summary>
[Singleton]
public sealed class OidcFlows(Sealing sealing, UsedOnceTable used, TimeProvider time)
{
    private const string Purpose = "oidc-flow";
    private const int StateLength = 43;

    public void Keep(HttpContext http, OidcFlow flow) =>
        http.Response.Cookies.Append(NameOf(http, flow.State), sealing.Seal(Purpose, flow), Cookie(http, OidcFlow.Lifetime));

    /// <summary>
    /// Returns the sign-in that a response completes. Throws ProblemException if this browser did not start it, or it is completed or
    /// expired.
    /// </summary>
    public async Task<OidcFlow> TakeAsync(HttpContext http, string provider, string? state)
    {
        if (state is not { Length: StateLength } || !Base64Url.IsValid(state))
        {
            throw new ProblemException(OidcProblems.InvalidState);
        }

        var name = NameOf(http, state);
        var flow = sealing.Open<OidcFlow>(Purpose, http.Request.Cookies[name]);
        http.Response.Cookies.Delete(name, Cookie(http, null));
        var now = time.GetUtcNow();
        if (flow is null || flow.Provider != provider || flow.ExpiresAt <= now ||
            !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(flow.State), Encoding.ASCII.GetBytes(state)) ||
            !await used.TryUseAsync(OperationId.FromKey(Purpose, state).Value, flow.ExpiresAt, now, http.RequestAborted))
        {
            throw new ProblemException(OidcProblems.InvalidState);
        }

        return flow;
    }

    // The prefix prevents other hosts of the same domain from setting the cookie.
    private static string NameOf(HttpContext http, string state) =>
        $"{(http.Request.IsHttps ? "__Host-" : "")}sso-{state.AsSpan(0, 16)}";

    private static CookieOptions Cookie(HttpContext http, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax, // The provider's redirect is a navigation from another site.
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };
}
