using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Mfa;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>The final step of every way to sign in: starts a session and returns its tokens, or requests a second factor.</summary>
[Singleton]
public sealed class SignIn(EntityGrains grains, TokenSigner signer, SsoDemand demand, Notices notices, AuditTrail audit, TimeProvider time)
{
    /// <summary>
    /// Returns <c>{tokens}</c>, <c>{mfaRequired,mfaToken}</c> if the user has a second factor, or a refusal. The caller was
    /// authenticated by this method ("password", "ldap", "oidc:google"). A user who may not sign in gets the same error as an unknown
    /// user.
    /// </summary>
    public async Task<IResult> CompleteAsync(HttpContext http, Guid organisationId, Guid userId, string method)
    {
        var user = new EntityKey(organisationId, userId);
        if (await demand.RefusesAsync(organisationId, method))
        {
            return await RefusedAsync(http, user, method, IdentityErrors.SsoRequired);
        }

        var tokens = await StartAsync(http, user, method, Assurance.OneFactor);
        if (tokens.IsSuccess)
        {
            return Reply.Ok(new SignInResponse(tokens.Value));
        }

        return tokens.Error.Code == IdentityErrors.SecondFactorRequired.Code
            ? await RequestSecondFactorAsync(http, user, method)
            : await RefusedAsync(http, user, method, tokens.Error);
    }

    /// <summary>Starts a session with this assurance and issues its first tokens.</summary>
    public async Task<Result<Tokens>> StartAsync(HttpContext http, EntityKey user, string method, string acr)
    {
        var (refresh, context) = Prepare(http, user);
        var command = new StartSession(
            context, refresh.SessionId, refresh.Hash, method, acr, context.Origin!.Address, context.Origin.UserAgent, ClientPlace.Of(http));
        var started = await grains.Of<IUserSessionsGrain>(user).AskAsync(command, static (grain, command) => grain.StartAsync(command));
        await NotifyIfNewPlaceAsync(http, user, started.Value);
        return started.Map(session => Issue(user, session, refresh, epoch: 0));
    }

    /// <summary>Redeems a ticket with a typed code. The tokens are null if the code is wrong.</summary>
    public async Task<(Result<MfaAnswer> Answer, Tokens? Tokens)> RedeemAsync(HttpContext http, MfaToken token, MfaProof proof)
    {
        var (refresh, context) = Prepare(http, token.User);
        var command = new RedeemMfaTicket(
            context, token.TicketId, token.Hash, proof, refresh.SessionId, refresh.Hash, context.Origin!.Address, context.Origin.UserAgent,
            ClientPlace.Of(http));
        var answer = await grains.Of<IUserMfaGrain>(token.User)
            .AskAsync(command, static (grain, command) => grain.RedeemTicketAsync(command));
        if (answer.Value?.Session is { } begun && await demand.RefusesAsync(token.User.OrganisationId, begun.Method))
        {
            // The password was given before the organisation required single sign-on.
            await EndAsync(http, token.User, begun.Id);
            return (IdentityErrors.SsoRequired, null);
        }

        await NotifyIfNewPlaceAsync(http, token.User, answer.Value?.Session);
        return (answer, answer.Value?.Session is { } session ? Issue(token.User, session, refresh, answer.Value.Epoch) : null);
    }

    /// <summary>Ends a session that the organisation no longer allows. The user counts as the actor.</summary>
    public Task<Result<SessionsEnded>> EndAsync(HttpContext http, EntityKey user, Guid sessionId)
    {
        var command = new EndSession(Prepare(http, user).Context, sessionId);
        return grains.Of<IUserSessionsGrain>(user).AskAsync(command, static (grain, command) => grain.EndAsync(command));
    }

    /// <summary>Issues the tokens of a session. A refresh changes neither the assurance nor the time of the sign-in.</summary>
    public Tokens Issue(EntityKey user, SessionView session, RefreshToken refresh, long epoch)
    {
        var access = signer.Issue(user, session.Id, session.Acr, session.StartedAt, session.ExpiresAt, epoch);
        return new Tokens(access.Text, (int)access.Lifetime.TotalSeconds, refresh.ToString(), session.ExpiresAt, "Bearer");
    }

    private Task NotifyIfNewPlaceAsync(HttpContext http, EntityKey user, SessionView? session) => session is not { NewPlace: true }
        ? Task.CompletedTask
        : notices.TellAsync(user, view => AccountLetters.SignedIn(view, session.Address, ClientPlace.ProgramOf(http), session.StartedAt));

    private async Task<IResult> RequestSecondFactorAsync(HttpContext http, EntityKey user, string method)
    {
        var token = MfaToken.New(user, time.GetUtcNow());
        var command = new IssueMfaTicket(Prepare(http, user).Context, token.TicketId, token.Hash, method);
        var issued = await grains.Of<IUserMfaGrain>(user).AskAsync(command, static (grain, command) => grain.IssueTicketAsync(command));
        return issued.IsSuccess
            ? Reply.Ok(new SignInResponse(MfaRequired: true, MfaToken: token.ToString()))
            : await RefusedAsync(http, user, method, issued.Error);
    }

    private (RefreshToken Refresh, CommandContext Context) Prepare(HttpContext http, EntityKey user)
    {
        Caller.Set(user.OrganisationId);
        return (
            RefreshToken.New(user, Guid.CreateVersion7(time.GetUtcNow())),
            new CommandContext(user.OrganisationId, user.Id, OperationId.Fresh(time), RequestOrigin.Of(http)));
    }

    // The response hides the reason; the audit log has it.
    private async Task<IResult> RefusedAsync(HttpContext http, EntityKey user, string method, Error error)
    {
        await audit.RefusedAsync(http, user.OrganisationId, null, new AuditEvent("user.sign-in", error.Code, user.Id)
        {
            Details = new Dictionary<string, string> { ["method"] = method },
        });
        return Problems.From(error.Kind is ErrorKind.Conflict or ErrorKind.NotFound ? IdentityErrors.InvalidCredentials : error);
    }
}
