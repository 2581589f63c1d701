using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Api.Http;
using Platform.Api.Identity.External;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Oidc;

/// <summary>The user who signed in at a provider, and the sign-in in progress that this completes.</summary>
public sealed record OidcOutcome(OidcFlow Flow, ExternalSignIn SignIn);

/// <summary>
/// The authorization code flow with PKCE, state and nonce (RFC 9700). It starts with a redirect to the provider and ends with a
/// verified identity.
/// </summary>
[Singleton]
public sealed class OidcSignIn(
    OidcClient client, OidcDiscovery discovery, IdTokenVerifier verifier, OidcFlows flows, IOptions<AuthOptions> settings,
    TimeProvider time)
{
    /// <summary>Starts a sign-in. Returns the provider's address to which the browser must be sent.</summary>
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

    /// <summary>Processes the provider's response. Throws ProblemException if anything in it is invalid.</summary>
    public async Task<OidcOutcome> EndAsync(HttpContext http, OidcProvider provider)
    {
        var flow = await flows.TakeAsync(http, provider.Name, One(http, "state"));
        var metadata = await discovery.GetAsync(provider, http.RequestAborted);

        // RFC 9207. A templated issuer is unknown until the token names the tenant.
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
        var isIncomplete = claims.Text("email") is null || (options.RoleMap.Count > 0 && !claims.TryGetProperty(options.RoleClaim, out _));
        if (isIncomplete && metadata.UserInfoEndpoint is { Length: > 0 } address && accessToken is not null)
        {
            // Many providers have these claims only in the user info. Its subject must be that of the token.
            var info = await client.GetAsync(new Uri(address), accessToken, cancellationToken);
            claims = info.Text("sub") == token.Subject ? info : throw new ProblemException(OidcProblems.InvalidIdToken);
        }

        // The verified claim must come from the same document as the address.
        var source = token.Claims.Text("email") is null ? claims : token.Claims;
        var email = source.Text("email") is { } claimed && Text.IsLine(claimed, 254) ? LoginName.NameOf(claimed) : null;
        var groups = token.Claims.TryGetProperty(options.RoleClaim, out _)
            ? token.Claims.Texts(options.RoleClaim)
            : claims.Texts(options.RoleClaim);
        var isAllowed = options.AllowedEmailDomains.Count == 0 || (email is not null &&
            options.AllowedEmailDomains.Any(domain => LoginName.DomainOf(domain) == email[(email.LastIndexOf('@') + 1)..]));
        return new ExternalSignIn(
            new ExternalIdentity(provider.Name, token.Issuer, token.Subject, email),
            email is not null && source.IsTrue(provider.VerifiedClaim),
            token.Claims.Text("name") ?? claims.Text("name"),
            options.OrganisationId,
            options.Provision && isAllowed,
            options.RoleMap.Apply(groups, static group => group));
    }

    // The provider compares this with the registered address, so a forged Host header is useless.
    private string RedirectUri(HttpContext http, OidcProvider provider)
    {
        var origin = settings.Value.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return $"{origin}/api/v1/auth/oidc/{provider.Name}/callback";
    }

    private static string? One(HttpContext http, string name) => http.Request.Query[name] is { Count: 1 } values ? values[0] : null;
}
