using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>
/// Disables and enables users, with effect from the next request. Nobody can manage a user with more permissions than they have.
/// </summary>
public static class UserStatusEndpoints
{
    private const string Disable = "users:disable";

    public static void MapUserStatus(this RouteGroupBuilder users)
    {
        users.MapPost("/{id:guid}/disable", DisableAsync).Describe("Disables a user: ends every session immediately and refuses sign-in.")
            .Answers<UserView>(200).Refuses(404, 409, 422).NeedsWithin(Disable).NeedsStepUp().Revokes();
        users.MapPost("/{id:guid}/enable", EnableAsync).Describe("Enables a disabled user, who can sign in again.")
            .Answers<UserView>(200).Refuses(404, 409, 422).NeedsWithin(Disable).NeedsStepUp();
    }

    private static async Task<IResult> DisableAsync(Guid id, Body<DisableUserRequest> body, Call call, AccessCache access, Reach reach)
    {
        var command = new DisableUser(call.Context("users/disable", id), body.Value.Reason);
        if (id == call.UserId)
        {
            return Problems.From(IdentityErrors.NotOneself);
        }

        if ((await AccountAccess.FindAsync(call, id, Disable, reach)).Refusal is { } refusal)
        {
            return refusal;
        }

        var disabled = await call.Grain<IUserGrain>(id).AskAsync(command, static (grain, command) => grain.DisableAsync(command));
        access.Forget(call.Key(id));
        return Reply.Ok(disabled, view => view.Version);
    }

    private static async Task<IResult> EnableAsync(Guid id, Call call, AccessCache access, Reach reach)
    {
        var command = new EnableUser(call.Context("users/enable", id));
        if ((await AccountAccess.FindAsync(call, id, Disable, reach, ownerToo: true)).Refusal is { } refusal)
        {
            return refusal;
        }

        var enabled = await call.Grain<IUserGrain>(id).AskAsync(command, static (grain, command) => grain.EnableAsync(command));
        access.Forget(call.Key(id));
        return Reply.Ok(enabled, view => view.Version);
    }
}
