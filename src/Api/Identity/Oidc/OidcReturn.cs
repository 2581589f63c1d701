using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http;
using Platform.Api.Identity.External;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Oidc;

/// <summary>Completes what a redirect to a provider started: a sign-in, or a link to the account of a signed-in user.</summary>
[Singleton]
public sealed class OidcReturn(OidcSignIn oidc, ExternalAccounts accounts, SignIn signIn, SignInTickets tickets, AuditTrail audit)
{
    /// <summary>Handles the provider's redirect back to the platform.</summary>
    public async Task<IResult> FinishAsync(HttpContext http, OidcProvider provider)
    {
        var method = $"{SignInMethods.ProviderPrefix}{provider.Name}";
        OidcOutcome outcome;
        try
        {
            outcome = await oidc.EndAsync(http, provider);
        }
        catch (ProblemException refused) when (refused.Problem.Status < 500)
        {
            await RefusedAsync(http, method, refused.Problem.Code);
            throw;
        }

        return outcome.Flow.Link is { } user
            ? await LinkAsync(http, provider.Name, outcome, user)
            : await SignInAsync(http, method, outcome);
    }

    /// <summary>Exchanges the ticket of a sign-in for tokens. A ticket works once.</summary>
    public async Task<IResult> RedeemAsync(HttpContext http, string text)
    {
        if (await tickets.RedeemAsync(text, http.RequestAborted) is { } ticket)
        {
            return await signIn.CompleteAsync(http, ticket.User.OrganisationId, ticket.User.UserId, ticket.Method);
        }

        await RefusedAsync(http, "oidc-ticket", OidcProblems.InvalidTicket.Code);
        return OidcProblems.InvalidTicket;
    }

    private async Task<IResult> LinkAsync(HttpContext http, string provider, OidcOutcome outcome, LoginOwner user)
    {
        var linked = await accounts.LinkAsync(outcome.SignIn.Identity, user, RequestOrigin.Of(http));
        if (!linked.IsSuccess)
        {
            await audit.LinkRefusedAsync(http, user, provider, linked.Error.Code);
            return Reply.Refused(linked);
        }

        return outcome.Flow.ReturnTo is { } page
            ? Results.Redirect(QueryHelpers.AddQueryString(page, "linked", provider))
            : Reply.Ok(new LinkedResponse(true, provider));
    }

    private async Task<IResult> SignInAsync(HttpContext http, string method, OidcOutcome outcome)
    {
        var owner = await accounts.ResolveAsync(outcome.SignIn, RequestOrigin.Of(http), http.RequestAborted);
        if (!owner.IsSuccess)
        {
            await RefusedAsync(http, method, owner.Error.Code);
            return Reply.Refused(owner);
        }

        return outcome.Flow.ReturnTo is { } page
            ? Results.Redirect(QueryHelpers.AddQueryString(page, "ticket", tickets.Issue(owner.Value, method)))
            : await signIn.CompleteAsync(http, owner.Value.OrganisationId, owner.Value.UserId, method);
    }

    private Task RefusedAsync(HttpContext http, string method, string code) =>
        audit.RefusedAsync(http, Caller.Platform, null, new AuditEvent("user.sign-in", code)
        {
            Details = new Dictionary<string, string> { ["method"] = method },
        });

    private sealed record LinkedResponse(bool Linked, string Provider);
}
