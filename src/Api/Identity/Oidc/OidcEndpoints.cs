using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Identity;

namespace Platform.Api.Identity.Oidc;

/// <summary>A single-use ticket that a sign-in at a provider has ended with.</summary>
public sealed record TicketRequest(string Ticket) : IValidated
{
    // A ticket of the wrong form is refused as any other that is not ours.
    public void Validate(Validation check)
    {
    }
}

/// <summary>Where to send the browser so that its user links the account there.</summary>
public sealed record LinkResponse(string AuthorizationUrl);

/// <summary>Signing in at another OpenID Connect provider, and linking such an account to one's own.</summary>
[Routes]
public static class OidcEndpoints
{
    public static void MapOidc(this RouteGroupBuilder api)
    {
        var oidc = api.MapGroup("/auth/oidc").WithTags("Auth");
        oidc.MapGet("/{provider}/start", StartAsync).Describe("Sends the browser to a provider to sign in there.")
            .Takes("returnTo", "Where the browser is sent with a ticket in the end; one of those that the provider's settings allow.")
            .Answers(302).Refuses(404).AllowAnonymous();
        oidc.MapGet("/{provider}/callback", FinishAsync).Describe("Where the provider sends the browser back to: ends what start or link began.")
            .Takes("state", "As it was sent to the provider.").Takes("code", "The provider's code.").Takes("iss", "The provider's issuer (RFC 9207).")
            .Takes("error", "Why the provider refused.").Answers<LoginResponse>(200).Refuses(401, 403, 404, 409).AllowAnonymous();
        oidc.MapPost("/ticket", RedeemAsync).Describe("Exchanges the ticket of a sign-in at a provider for tokens, once.")
            .Answers<LoginResponse>(200).Refuses(401).AllowAnonymous();
        oidc.MapPost("/{provider}/link", LinkAsync).Describe("Begins to link an account at a provider to the caller's own.")
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

    private static OidcProvider Find(OidcProviders providers, string name) => providers.Find(name) ?? throw new ProblemException(OidcProblems.UnknownProvider);

    private static string? ReturnTo(HttpContext http) => http.Request.Query["returnTo"] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        _ => throw new ProblemException(OidcProblems.InvalidReturnUrl),
    };
}
