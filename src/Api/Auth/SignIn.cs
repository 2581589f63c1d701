using Platform.Api.Access;
using Platform.Api.Audit;
using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>The end of every way to sign in: a session starts and its tokens are answered.</summary>
public sealed class SignIn(EntityGrains grains, TokenSigner signer, AuditTrail audit, TimeProvider time)
{
    /// <summary>
    /// Answers <c>{tokens}</c>, or the refusal. The caller has proved who they are by this method ("password", "ldap", "oidc:google").
    /// A user who may not sign in is answered as one who does not exist.
    /// </summary>
    public async Task<IResult> CompleteAsync(HttpContext http, Guid organisationId, Guid userId, string method)
    {
        var tokens = await StartAsync(http, new EntityKey(organisationId, userId), method, StepUp.OneFactor);
        if (tokens.IsSuccess)
        {
            return Reply.Ok(new LoginResponse(tokens.Value));
        }

        // The answer hides why; the log says it.
        await audit.RefusedAsync(
            http, organisationId, null, "user.sign-in", tokens.Error.Code, userId, new Dictionary<string, string> { ["method"] = method });
        return tokens.Error.Kind is ErrorKind.Conflict or ErrorKind.NotFound ? Problems.From(IdentityErrors.InvalidCredentials)
            : Problems.From(tokens.Error);
    }

    /// <summary>Starts a session of this assurance and signs its first access token.</summary>
    public async Task<Result<Tokens>> StartAsync(HttpContext http, EntityKey user, string method, string acr)
    {
        Caller.Set(user.OrganisationId);
        var now = time.GetUtcNow();
        var refresh = RefreshToken.New(user, Guid.CreateVersion7(now));
        var origin = RequestOrigin.Of(http);
        var command = new StartSession(
            new CommandContext(user.OrganisationId, user.Id, OperationId.Fresh(time), origin), refresh.SessionId, refresh.Hash, method, acr,
            origin.Address, origin.UserAgent);
        var started = await GrainCalls.CallAsync(grains.Sessions(user), command, static (grain, command) => grain.StartAsync(command));
        return started.Map(session => Issue(user, session, refresh, epoch: 0));
    }

    /// <summary>The tokens of a session. A refresh raises neither the assurance nor the instant of the sign-in.</summary>
    public Tokens Issue(EntityKey user, SessionView session, RefreshToken refresh, long epoch)
    {
        var access = signer.Issue(user, session.Id, session.Acr, session.StartedAt, session.ExpiresAt, epoch);
        return new Tokens(access.Text, (int)access.Lifetime.TotalSeconds, refresh.ToString(), session.ExpiresAt, "Bearer");
    }
}
