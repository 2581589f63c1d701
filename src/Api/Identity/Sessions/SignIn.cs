using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Mfa;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>The end of every way to sign in: a session starts and its tokens are answered, or a second factor is asked for.</summary>
[Singleton]
public sealed class SignIn(EntityGrains grains, TokenSigner signer, SsoDemand demand, Notices notices, AuditTrail audit, TimeProvider time)
{
    /// <summary>
    /// Answers <c>{tokens}</c>, or <c>{mfaRequired,mfaToken}</c> where the user has a second factor, or the refusal. The caller has
    /// proved who they are by this method ("password", "ldap", "oidc:google"). A user who may not sign in is answered as one who does
    /// not exist.
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
            ? await AskAsync(http, user, method)
            : await RefusedAsync(http, user, method, tokens.Error);
    }

    /// <summary>Starts a session of this assurance and signs its first access token.</summary>
    public async Task<Result<Tokens>> StartAsync(HttpContext http, EntityKey user, string method, string acr)
    {
        var (refresh, context) = Prepare(http, user);
        var command = new StartSession(
            context, refresh.SessionId, refresh.Hash, method, acr, context.Origin!.Address, context.Origin.UserAgent, ClientPlace.Of(http));
        var started = await grains.Of<IUserSessionsGrain>(user).AskAsync(command, static (grain, command) => grain.StartAsync(command));
        await TellIfNewAsync(http, user, started.Value);
        return started.Map(session => Issue(user, session, refresh, epoch: 0));
    }

    /// <summary>Spends a ticket with what was typed as a code; the tokens are null where that was wrong.</summary>
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
            // The password was given before the organisation demanded otherwise.
            await EndAsync(http, token.User, begun.Id);
            return (IdentityErrors.SsoRequired, null);
        }

        await TellIfNewAsync(http, token.User, answer.Value?.Session);
        return (answer, answer.Value?.Session is { } session ? Issue(token.User, session, refresh, answer.Value.Epoch) : null);
    }

    /// <summary>Ends a session that the organisation demands no more. Who does so here is its user.</summary>
    public Task<Result<SessionsEnded>> EndAsync(HttpContext http, EntityKey user, Guid sessionId)
    {
        var command = new EndSession(Prepare(http, user).Context, sessionId);
        return grains.Of<IUserSessionsGrain>(user).AskAsync(command, static (grain, command) => grain.EndAsync(command));
    }

    /// <summary>The tokens of a session. A refresh raises neither the assurance nor the instant of the sign-in.</summary>
    public Tokens Issue(EntityKey user, SessionView session, RefreshToken refresh, long epoch)
    {
        var access = signer.Issue(user, session.Id, session.Acr, session.StartedAt, session.ExpiresAt, epoch);
        return new Tokens(access.Text, (int)access.Lifetime.TotalSeconds, refresh.ToString(), session.ExpiresAt, "Bearer");
    }

    private Task TellIfNewAsync(HttpContext http, EntityKey user, SessionView? session) => session is not { NewPlace: true }
        ? Task.CompletedTask
        : notices.TellAsync(user, view => AccountLetters.SignedIn(view, session.Address, ClientPlace.ProgramOf(http), session.StartedAt));

    private async Task<IResult> AskAsync(HttpContext http, EntityKey user, string method)
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

    // The answer hides why; the log says it.
    private async Task<IResult> RefusedAsync(HttpContext http, EntityKey user, string method, Error error)
    {
        await audit.RefusedAsync(http, user.OrganisationId, null, new AuditEvent("user.sign-in", error.Code, user.Id)
        {
            Details = new Dictionary<string, string> { ["method"] = method },
        });
        return Problems.From(error.Kind is ErrorKind.Conflict or ErrorKind.NotFound ? IdentityErrors.InvalidCredentials : error);
    }
}
