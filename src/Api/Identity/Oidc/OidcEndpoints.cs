using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http;
using Platform.Api.Identity.External;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
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
            .Answers(302).Refuses(400, 404, 503).AllowAnonymous();
        oidc.MapGet("/{provider}/callback", FinishAsync).Describe("Where the provider sends the browser back to: ends what start or link began.")
            .Takes("state", "As it was sent to the provider.").Takes("code", "The provider's code.").Takes("iss", "The provider's issuer (RFC 9207).")
            .Takes("error", "Why the provider refused.").Answers<LoginResponse>(200).Refuses(400, 401, 403, 404, 409, 503).AllowAnonymous();
        oidc.MapPost("/ticket", RedeemAsync).Describe("Exchanges the ticket of a sign-in at a provider for tokens, once.")
            .Answers<LoginResponse>(200).Refuses(401, 503).AllowAnonymous();
        oidc.MapPost("/{provider}/link", LinkAsync).Describe("Begins to link an account at a provider to the caller's own.")
            .Takes("returnTo", "As for start.").Answers<LinkResponse>(200).Refuses(404, 503).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> StartAsync(string provider, HttpContext http, OidcProviders providers, OidcSignIn oidc) =>
        Results.Redirect(await oidc.BeginAsync(http, Find(providers, provider), ReturnTo(http), null));

    private static async Task<IResult> LinkAsync(string provider, HttpContext http, OidcProviders providers, OidcSignIn oidc, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        _ = Operation.Of(http, caller.OrganisationId, "oidc-link", caller.UserId, time, required: false);
        var user = new LoginOwner(caller.OrganisationId, caller.UserId);
        return Reply.Ok(new LinkResponse(await oidc.BeginAsync(http, Find(providers, provider), ReturnTo(http), user)));
    }

    private static async Task<IResult> FinishAsync(
        string provider, HttpContext http, OidcProviders providers, OidcSignIn oidc, ExternalAccounts accounts, SignIn signIn, SignInTickets tickets, AuditTrail audit)
    {
        var method = $"{SignInMethods.ProviderPrefix}{Find(providers, provider).Name}";
        OidcOutcome outcome;
        try
        {
            outcome = await oidc.EndAsync(http, Find(providers, provider));
        }
        catch (ProblemException refused) when (refused.Problem.Status < 500)
        {
            await RefusedAsync(audit, http, method, refused.Problem.Code);
            throw;
        }

        if (outcome.Flow.Link is { } user)
        {
            var linked = await accounts.LinkAsync(outcome.SignIn.Identity, user, RequestOrigin.Of(http));
            if (!linked.IsSuccess)
            {
                await audit.LinkRefusedAsync(http, user, provider, linked.Error.Code);
            }

            return !linked.IsSuccess ? Reply.Refused(linked)
                : outcome.Flow.ReturnTo is not { } page ? Reply.Ok(new LinkedResponse(true, provider))
                : Results.Redirect(QueryHelpers.AddQueryString(page, "linked", provider));
        }

        var owner = await accounts.ResolveAsync(outcome.SignIn, RequestOrigin.Of(http), http.RequestAborted);
        if (!owner.IsSuccess)
        {
            await RefusedAsync(audit, http, method, owner.Error.Code);
            return Reply.Refused(owner);
        }

        return outcome.Flow.ReturnTo is not { } returnTo
            ? await signIn.CompleteAsync(http, owner.Value.OrganisationId, owner.Value.UserId, method)
            : Results.Redirect(QueryHelpers.AddQueryString(returnTo, "ticket", tickets.Issue(owner.Value, method)));
    }

    private static Task RefusedAsync(AuditTrail audit, HttpContext http, string method, string code) =>
        audit.RefusedAsync(http, Caller.Platform, null, "user.sign-in", code, details: new Dictionary<string, string> { ["method"] = method });

    private static async Task<IResult> RedeemAsync(
        Body<TicketRequest> body, HttpContext http, SignInTickets tickets, SignIn signIn, AuditTrail audit, TimeProvider time)
    {
        _ = Operation.Of(http, Caller.Platform, "oidc-ticket", Guid.Empty, time, required: false);
        if (await tickets.RedeemAsync(body.Value.Ticket, http.RequestAborted) is { } ticket)
        {
            return await signIn.CompleteAsync(http, ticket.User.OrganisationId, ticket.User.UserId, ticket.Method);
        }

        await RefusedAsync(audit, http, "oidc-ticket", OidcProblems.InvalidTicket.Code);
        return OidcProblems.InvalidTicket;
    }

    private static OidcProvider Find(OidcProviders providers, string name) => providers.Find(name) ?? throw new ProblemException(OidcProblems.UnknownProvider);

    private static string? ReturnTo(HttpContext http) => http.Request.Query["returnTo"] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        _ => throw new ProblemException(OidcProblems.InvalidReturnUrl),
    };

    private sealed record LinkedResponse(bool Linked, string Provider);
}
