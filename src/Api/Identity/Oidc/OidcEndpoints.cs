using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Identity;

namespace Platform.Api.Identity.Oidc;

/// <summary>The single-use ticket of a sign-in at a provider.</summary>
public sealed record TicketRequest(string Ticket) : IValidated
{
    // A malformed ticket gets the same error as an unknown one.
    public void Validate(Validation check)
    {
    }
}

/// <summary>Where to send the browser, so that the user signs in at the provider and links the account.</summary>
public sealed record LinkResponse(string AuthorizationUrl);

/// <summary>Signs users in with an OpenID Connect provider, and links accounts there to the caller's account.</summary>
[Routes]
public static class OidcEndpoints
{
    public static void MapOidc(this RouteGroupBuilder api)
    {
        var oidc = api.MapGroup("/auth/oidc").WithTags("Auth");
        oidc.MapGet("/{provider}/start", StartAsync).Describe("Redirects the browser to a provider to sign in.")
            .Takes("returnTo", "Where to redirect the browser with a ticket after the sign-in; must be allowed by the provider's settings.")
            .Answers(302).Refuses(404).AllowAnonymous();
        oidc.MapGet("/{provider}/callback", FinishAsync)
            .Describe("Completes a sign-in or link when the provider redirects the browser back.")
            .Takes("state", "The state that was sent to the provider.").Takes("code", "The authorization code.")
            .Takes("iss", "The provider's issuer (RFC 9207).")
            .Takes("error", "Why the provider refused.").Answers<LoginResponse>(200).Refuses(401, 403, 404, 409).AllowAnonymous();
        oidc.MapPost("/ticket", RedeemAsync).Describe("Exchanges the ticket of a sign-in at a provider for tokens, once.")
            .Answers<LoginResponse>(200).Refuses(401).AllowAnonymous();
        oidc.MapPost("/{provider}/link", LinkAsync).Describe("Starts linking an account at a provider to the caller's account.")
            .Takes("returnTo", "As for start.").Answers<LinkResponse>(200).Refuses(404).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> StartAsync(string provider, HttpContext http, OidcProviders providers, OidcSignIn oidc) =>
        Results.Redirect(await oidc.BeginAsync(http, Find(providers, provider), ReturnTo(http), null));

    private static async Task<IResult> LinkAsync(string provider, Call call, OidcProviders providers, OidcSignIn oidc)
    {
        call.CheckKey();
        var user = new LoginOwner(call.OrganisationId, call.UserId);
        return Reply.Ok(new LinkResponse(await oidc.BeginAsync(call.Http, Find(providers, provider), ReturnTo(call.Http), user)));
    }

    private static Task<IResult> FinishAsync(string provider, HttpContext http, OidcProviders providers, OidcReturn finish) =>
        finish.FinishAsync(http, Find(providers, provider));

    private static Task<IResult> RedeemAsync(Body<TicketRequest> body, HttpContext http, OidcReturn finish)
    {
        IdempotencyKey.Check(http);
        return finish.RedeemAsync(http, body.Value.Ticket);
    }

    private static OidcProvider Find(OidcProviders providers, string name) =>
        providers.Find(name) ?? throw new ProblemException(OidcProblems.UnknownProvider);

    private static string? ReturnTo(HttpContext http) => http.Request.Query["returnTo"] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        _ => throw new ProblemException(OidcProblems.InvalidReturnUrl),
    };
}
