using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>Refreshes, lists and ends sessions. An ended session admits no further request.</summary>
public static class SessionEndpoints
{
    public static void MapSessions(this RouteGroupBuilder auth)
    {
        auth.MapPost("/refresh", RefreshAsync).Describe("Exchanges a refresh token for new tokens. Reusing a used one ends its session.")
            .Answers<LoginResponse>(200).Refuses(401).AllowAnonymous();
        auth.MapPost("/logout", LogoutAsync).Describe("Ends the caller's session immediately.")
            .Answers(204).Refuses(422).ForAnyUser().EvenWithoutMfa().Revokes();
        auth.MapPost("/logout-all", LogoutAllAsync).Describe("Ends every session of the caller immediately.")
            .Answers(204).Refuses(422).ForAnyUser().EvenWithoutMfa().Revokes();
        auth.MapGet("/sessions", ListAsync).Describe("Lists the caller's sessions, latest first.")
            .Answers<SessionsResponse>(200).ForAnyUser().Revokes();
        auth.MapDelete("/sessions/{id:guid}", EndAsync).Describe("Ends one of the caller's sessions immediately.")
            .Answers(204).Refuses(404).ForAnyUser().EvenWhenSuspended().Revokes();
    }

    private static Task<IResult> RefreshAsync(Body<RefreshRequest> body, HttpContext http, SessionRefresh refresh)
    {
        IdempotencyKey.Check(http);
        return refresh.RefreshAsync(http, body.Value.RefreshToken);
    }

    private static Task<IResult> LogoutAsync(Call call, AccessCache access) => EndAsync(call.Caller.Token.SessionId, call, access);

    private static async Task<IResult> EndAsync(Guid id, Call call, AccessCache access)
    {
        var command = new EndSession(call.Context("sessions", id), id);
        var ended = await call.Grain<IUserSessionsGrain>(call.UserId).AskAsync(command, static (grain, command) => grain.EndAsync(command));
        access.Forget(call.Caller.Key);
        return Reply.NoContent(ended);
    }

    private static async Task<IResult> LogoutAllAsync(Call call, AccessCache access)
    {
        var command = new EndAllSessions(call.Context("logout-all", call.UserId));
        var ended = await call.Grain<IUserSessionsGrain>(call.UserId)
            .AskAsync(command, static (grain, command) => grain.EndAllAsync(command));
        access.Forget(call.Caller.Key);
        return Reply.NoContent(ended);
    }

    private static async Task<IResult> ListAsync(Call call)
    {
        var sessions = await call.Grain<IUserSessionsGrain>(call.UserId).AskAsync(static grain => grain.ListAsync());
        return sessions.IsSuccess
            ? Reply.Ok(new SessionsResponse(
                [.. sessions.Value.Items.Select(session => new SessionResponse(
                    session.Id, session.StartedAt, session.LastUsedAt, session.ExpiresAt, session.Method, session.Acr, session.Address,
                    session.UserAgent, session.Id == call.Caller.Token.SessionId))],
                null))
            : Reply.Refused(sessions);
    }
}

/// <summary>A session and where it was last used from. Current marks the session of the request's token.</summary>
public sealed record SessionResponse(
    Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string Method, string Acr, string? Address,
    string? UserAgent, bool Current);

public sealed record SessionsResponse(IReadOnlyList<SessionResponse> Items, string? NextCursor);
