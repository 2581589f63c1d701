using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Identity.Ldap;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>
/// Exchanges a refresh token for new tokens. A session that began with the directory continues only while the directory has its user.
/// </summary>
[Singleton]
public sealed class SessionRefresh(
    EntityGrains grains, SignIn signIn, SsoDemand demand, LdapSignIn ldap, AccessCache access, IOptions<TokenOptions> options,
    TimeProvider time)
{
    private static readonly Problem InvalidGrant = Problems.From(IdentityErrors.InvalidGrant);

    public async Task<IResult> RefreshAsync(HttpContext http, string text)
    {
        if (RefreshToken.Parse(text) is not { } token)
        {
            return InvalidGrant;
        }

        var successor = RefreshToken.New(token.User, token.SessionId);
        var refreshed = await RedeemAsync(http, token, successor);
        if (refreshed.Error?.Code == IdentityErrors.DirectoryUnavailable.Code)
        {
            return LdapSignIn.Unavailable;
        }

        if (!refreshed.IsSuccess)
        {
            return refreshed.Error.Kind is ErrorKind.Unavailable ? Problems.From(refreshed.Error) : InvalidGrant;
        }

        if (refreshed.Value is not { Session: { } session, SealedSuccessor: { } sealedSuccessor, Epoch: var epoch })
        {
            access.Forget(token.User);
            return InvalidGrant;
        }

        if (await demand.RefusesAsync(token.User.OrganisationId, session.Method))
        {
            var ended = await signIn.EndAsync(http, token.User, session.Id);
            access.Forget(token.User);
            return ended.IsSuccess || ended.Error.Kind == ErrorKind.NotFound ? InvalidGrant : Problems.From(ended.Error);
        }

        return Reply.Ok(new LoginResponse(signIn.Issue(token.User, session, token.Unseal(sealedSuccessor), epoch)));
    }

    private async Task<Result<Refreshed>> RedeemAsync(HttpContext http, RefreshToken token, RefreshToken successor)
    {
        var user = new LoginOwner(token.User.OrganisationId, token.User.Id);
        var origin = RequestOrigin.Of(http);
        var command = new RefreshSession(
            new CommandContext(user.OrganisationId, user.UserId, OperationId.Fresh(time), origin), token.SessionId, token.Hash,
            successor.Hash, token.Seal(successor), options.Value.RefreshGrace, origin.Address, origin.UserAgent);
        Caller.Set(user.OrganisationId);
        var sessions = grains.Of<IUserSessionsGrain>(token.User);
        var refreshed = await sessions.AskAsync(command, static (grain, command) => grain.RefreshAsync(command));
        if (refreshed.Error?.Code != IdentityErrors.DirectoryProofRequired.Code)
        {
            return refreshed;
        }

        var answer = await ldap.CheckUserAsync(user, origin, http.RequestAborted);
        command = command with { Context = command.Context with { Operation = OperationId.Fresh(time) }, Directory = answer };
        return await sessions.AskAsync(command, static (grain, command) => grain.RefreshAsync(command));
    }
}
