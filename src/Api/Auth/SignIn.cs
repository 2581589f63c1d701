using Platform.Api.Auth.Mfa;
using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>The end of every way to sign in: a session starts and its tokens are answered, or a second factor is asked for.</summary>
public sealed class SignIn(EntityGrains grains, TokenSigner signer, TimeProvider time)
{
    private const int MaxUserAgent = 200;

    /// <summary>
    /// Answers <c>{tokens}</c>, or <c>{mfaRequired,mfaToken}</c> where the user has a second factor, or the refusal. The caller has
    /// proved who they are by this method ("password", "ldap", "oidc:google"). A user who may not sign in is answered as one who does
    /// not exist.
    /// </summary>
    public async Task<IResult> CompleteAsync(HttpContext http, Guid organisationId, Guid userId, string method)
    {
        var user = new EntityKey(organisationId, userId);
        var tokens = await StartAsync(http, user, method, Assurance.OneFactor);
        if (tokens.IsSuccess)
        {
            return Reply.Ok(new SignInResponse(tokens.Value));
        }

        return tokens.Error.Code == IdentityErrors.SecondFactorRequired.Code ? await AskAsync(user, method) : Refused(tokens.Error);
    }

    /// <summary>Starts a session of this assurance and signs its first access token.</summary>
    public async Task<Result<Tokens>> StartAsync(HttpContext http, EntityKey user, string method, string acr)
    {
        var (refresh, address, agent) = Prepare(http, user);
        var command = new StartSession(ContextOf(user), refresh.SessionId, refresh.Hash, method, acr, address, agent);
        var started = await GrainCalls.CallAsync(grains.Sessions(user), command, static (grain, command) => grain.StartAsync(command));
        return started.Map(session => Issue(user, session, refresh, epoch: 0));
    }

    /// <summary>Spends a ticket with what was typed as a code; the tokens are null where that was wrong.</summary>
    public async Task<(Result<MfaAnswer> Answer, Tokens? Tokens)> RedeemAsync(HttpContext http, MfaToken token, MfaProof proof)
    {
        var (refresh, address, agent) = Prepare(http, token.User);
        var command = new RedeemMfaTicket(
            ContextOf(token.User), token.TicketId, token.Hash, proof, refresh.SessionId, refresh.Hash, address, agent);
        var answer = await GrainCalls.CallAsync(grains.Mfa(token.User), command, static (grain, command) => grain.RedeemTicketAsync(command));
        return (answer, answer.Value?.Session is { } session ? Issue(token.User, session, refresh, answer.Value.Epoch) : null);
    }

    /// <summary>The tokens of a session. A refresh raises neither the assurance nor the instant of the sign-in.</summary>
    public Tokens Issue(EntityKey user, SessionView session, RefreshToken refresh, long epoch)
    {
        var access = signer.Issue(user, session.Id, session.Acr, session.StartedAt, session.ExpiresAt, epoch);
        return new Tokens(access.Text, (int)access.Lifetime.TotalSeconds, refresh.ToString(), session.ExpiresAt, "Bearer");
    }

    private async Task<IResult> AskAsync(EntityKey user, string method)
    {
        var token = MfaToken.New(user, time.GetUtcNow());
        var command = new IssueMfaTicket(ContextOf(user), token.TicketId, token.Hash, method);
        var issued = await GrainCalls.CallAsync(grains.Mfa(user), command, static (grain, command) => grain.IssueTicketAsync(command));
        return issued.IsSuccess ? Reply.Ok(new SignInResponse(MfaRequired: true, MfaToken: token.ToString())) : Refused(issued.Error);
    }

    private (RefreshToken Refresh, string? Address, string? Agent) Prepare(HttpContext http, EntityKey user)
    {
        Caller.Set(user.OrganisationId);
        var agent = http.Request.Headers.UserAgent.ToString();
        return (
            RefreshToken.New(user, Guid.CreateVersion7(time.GetUtcNow())), http.Connection.RemoteIpAddress?.ToString(),
            agent.Length == 0 ? null : agent[..Math.Min(agent.Length, MaxUserAgent)]);
    }

    private CommandContext ContextOf(EntityKey user) => new(user.OrganisationId, user.Id, OperationId.Fresh(time));

    private static Problem Refused(Error error) =>
        Problems.From(error.Kind is ErrorKind.Conflict or ErrorKind.NotFound ? IdentityErrors.InvalidCredentials : error);
}
