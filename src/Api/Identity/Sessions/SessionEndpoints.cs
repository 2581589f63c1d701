using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Identity.Ldap;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Tokens;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>Refreshing, listing and ending sessions. What has ended admits no further request.</summary>
public static class SessionEndpoints
{
    private static readonly Problem InvalidGrant = Problems.From(IdentityErrors.InvalidGrant);

    public static void MapSessions(this RouteGroupBuilder auth)
    {
        auth.MapPost("/refresh", RefreshAsync).Describe("Spends a refresh token for new tokens. Using a spent one ends its session.")
            .Answers<LoginResponse>(200).Refuses(401, 503).AllowAnonymous();
        auth.MapPost("/logout", LogoutAsync).Describe("Ends the caller's session, at once.").Answers(204).ForAnyUser().EvenWithoutMfa().Revokes();
        auth.MapPost("/logout-all", LogoutAllAsync).Describe("Ends every session of the caller, at once.").Answers(204).ForAnyUser().EvenWithoutMfa().Revokes();
        auth.MapGet("/sessions", ListAsync).Describe("The caller's sessions, the latest first.").Answers<SessionsResponse>(200).ForAnyUser().Revokes();
        auth.MapDelete("/sessions/{id:guid}", EndAsync).Describe("Ends one of the caller's sessions, at once.").Answers(204).Refuses(404).ForAnyUser().EvenWhenSuspended().Revokes();
    }

    private static async Task<IResult> RefreshAsync(
        Body<RefreshRequest> body, HttpContext http, EntityGrains grains, SignIn signIn, SsoDemand demand, LdapSignIn ldap, AccessCache access,
        IOptions<TokenOptions> options, TimeProvider time)
    {
        Operation.RequireValidKey(http);
        if (RefreshToken.Parse(body.Value.RefreshToken) is not { } token)
        {
            return InvalidGrant;
        }

        Caller.Set(token.User.OrganisationId);
        var successor = RefreshToken.New(token.User, token.SessionId);
        var origin = RequestOrigin.Of(http);
        var command = new RefreshSession(
            new CommandContext(token.User.OrganisationId, token.User.Id, OperationId.Fresh(time), origin), token.SessionId, token.Hash,
            successor.Hash, token.Seal(successor), options.Value.RefreshGrace, origin.Address, origin.UserAgent);
        var refreshed = await grains.Of<IUserSessionsGrain>(token.User).AskAsync(command, static (grain, command) => grain.RefreshAsync(command));
        if (refreshed.Error?.Code == IdentityErrors.DirectoryProofRequired.Code)
        {
            var answer = await ldap.AskAboutAsync(new LoginOwner(token.User.OrganisationId, token.User.Id), command.Context.Origin!, http.RequestAborted);
            command = command with { Context = command.Context with { Operation = OperationId.Fresh(time) }, Directory = answer };
            Caller.Set(token.User.OrganisationId);
            refreshed = await grains.Of<IUserSessionsGrain>(token.User).AskAsync(command, static (grain, command) => grain.RefreshAsync(command));
        }

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

    private static Task<IResult> LogoutAsync(HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time) =>
        EndAsync(SignedIn.Of(http).Token.SessionId, http, grains, access, time);

    private static async Task<IResult> EndAsync(Guid id, HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new EndSession(Operation.Context(http, caller, "sessions", id, time, required: false), id);
        var ended = await grains.Of<IUserSessionsGrain>(caller.Key).AskAsync(command, static (grain, command) => grain.EndAsync(command));
        access.Forget(caller.Key);
        return Reply.NoContent(ended);
    }

    private static async Task<IResult> LogoutAllAsync(HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new EndAllSessions(Operation.Context(http, caller, "logout-all", caller.UserId, time, required: false));
        var ended = await grains.Of<IUserSessionsGrain>(caller.Key).AskAsync(command, static (grain, command) => grain.EndAllAsync(command));
        access.Forget(caller.Key);
        return Reply.NoContent(ended);
    }

    private static async Task<IResult> ListAsync(HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        var sessions = await grains.Of<IUserSessionsGrain>(caller.Key).AskAsync(static grain => grain.ListAsync());
        return sessions.IsSuccess
            ? Reply.Ok(new SessionsResponse(
                [.. sessions.Value.Items.Select(session => new SessionResponse(
                    session.Id, session.StartedAt, session.LastUsedAt, session.ExpiresAt, session.Method, session.Acr, session.Address,
                    session.UserAgent, session.Id == caller.Token.SessionId))],
                null))
            : Reply.Refused(sessions);
    }
}

/// <summary>A session, and from where it was used last; Current is the one of the token that asks.</summary>
public sealed record SessionResponse(
    Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string Method, string Acr, string? Address,
    string? UserAgent, bool Current);

public sealed record SessionsResponse(IReadOnlyList<SessionResponse> Items, string? NextCursor);
