using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Api.Http;
using Platform.Api.Identity.External;
using Platform.Identity;

namespace Platform.Api.Identity.Oidc;

/// <summary>Who signed in at a provider, and the sign-in here that it ends.</summary>
public sealed record OidcOutcome(OidcFlow Flow, ExternalSignIn SignIn);

/// <summary>
/// The authorization code flow with PKCE, state and nonce (RFC 9700). Begins at an address of the provider; ends with a
/// verified statement of who signed in.
/// </summary>
public sealed class OidcSignIn(
    OidcClient client, OidcDiscovery discovery, IdTokenVerifier verifier, OidcFlows flows, IOptions<AuthOptions> settings, TimeProvider time)
{
    /// <summary>The provider's address to send the browser to, which from now on is expected back.</summary>
    public async Task<string> BeginAsync(HttpContext http, OidcProvider provider, string? returnTo, LoginOwner? link)
    {
        if (returnTo is not null && !provider.Options.AllowedReturnUrls.Contains(returnTo))
        {
            throw new ProblemException(OidcProblems.InvalidReturnUrl);
        }

        var metadata = await discovery.GetAsync(provider, http.RequestAborted);
        var flow = OidcFlow.Begin(provider.Name, RedirectUri(http, provider), returnTo, link, time.GetUtcNow());
        flows.Keep(http, flow);
        return QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = provider.Options.ClientId,
            ["redirect_uri"] = flow.RedirectUri,
            ["scope"] = provider.Options.Scopes,
            ["state"] = flow.State,
            ["nonce"] = flow.Nonce,
            ["code_challenge"] = flow.Challenge,
            ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Reads the provider's answer. Everything that does not fit ends the request with a problem.</summary>
    public async Task<OidcOutcome> EndAsync(HttpContext http, OidcProvider provider)
    {
        var flow = await flows.TakeAsync(http, provider.Name, One(http, "state"));
        var metadata = await discovery.GetAsync(provider, http.RequestAborted);

        // RFC 9207. A template's issuer is not known before the token says the tenant.
        var issuer = One(http, "iss");
        if (issuer is null ? metadata.AuthorizationResponseIssParameterSupported : issuer != metadata.Issuer && !provider.IsTemplated)
        {
            throw new ProblemException(OidcProblems.InvalidIssuer);
        }

        if (One(http, "error") is { } error)
        {
            throw new ProblemException(error == "access_denied" ? OidcProblems.Cancelled : OidcProblems.Refused);
        }

        if (One(http, "code") is not { Length: > 0 and <= 4096 } code)
        {
            throw new ProblemException(OidcProblems.Refused);
        }

        var tokens = await client.RedeemAsync(
            provider,
            metadata,
            new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = flow.RedirectUri,
                ["code_verifier"] = flow.Verifier,
            },
            http.RequestAborted);
        var accessToken = tokens.Text("access_token");
        var token = await verifier.VerifyAsync(provider, tokens.Text("id_token"), flow.Nonce, accessToken, http.RequestAborted);
        return new OidcOutcome(flow, await DescribeAsync(provider, metadata, token, accessToken, http.RequestAborted));
    }

    private async Task<ExternalSignIn> DescribeAsync(
        OidcProvider provider, OpenIdConnectConfiguration metadata, IdToken token, string? accessToken, CancellationToken cancellationToken)
    {
        var options = provider.Options;
        var claims = token.Claims;
        var lacks = claims.Text("email") is null || (options.RoleMap.Count > 0 && !claims.TryGetProperty(options.RoleClaim, out _));
        if (lacks && metadata.UserInfoEndpoint is { Length: > 0 } address && accessToken is not null)
        {
            // Many providers put these claims there alone. It speaks of the same person or of nobody.
            var info = await client.GetAsync(new Uri(address), accessToken, cancellationToken);
            claims = info.Text("sub") == token.Subject ? info : throw new ProblemException(OidcProblems.InvalidIdToken);
        }

        // A verdict stands beside the address that it is about, in the same document.
        var source = token.Claims.Text("email") is null ? claims : token.Claims;
        var email = source.Text("email") is { } said && Text.IsLine(said, 254) ? LoginName.NameOf(said) : null;
        var groups = token.Claims.TryGetProperty(options.RoleClaim, out _) ? token.Claims.Texts(options.RoleClaim) : claims.Texts(options.RoleClaim);
        var ours = options.AllowedEmailDomains.Count == 0 || (email is not null &&
            options.AllowedEmailDomains.Any(domain => LoginName.DomainOf(domain) == email[(email.LastIndexOf('@') + 1)..]));
        return new ExternalSignIn(
            new ExternalIdentity(provider.Name, token.Issuer, token.Subject, email),
            email is not null && source.IsTrue(provider.VerifiedClaim),
            token.Claims.Text("name") ?? claims.Text("name"),
            options.OrganisationId,
            options.Provision && ours,
            options.RoleMap.Apply(groups, static group => group));
    }

    // The provider compares it with what is registered there, so that a forged Host gets nowhere.
    private string RedirectUri(HttpContext http, OidcProvider provider)
    {
        var origin = settings.Value.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return $"{origin}/api/v1/auth/oidc/{provider.Name}/callback";
    }

    private static string? One(HttpContext http, string name) => http.Request.Query[name] is { Count: 1 } values ? values[0] : null;
}
