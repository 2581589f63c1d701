using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>Disabling and enabling users. What is taken away is gone with the next request. Nobody manages who may do more than they.</summary>
public static class UserStatusEndpoints
{
    private const string Disable = "users:disable";

    public static void MapUserStatus(this RouteGroupBuilder users)
    {
        users.MapPost("/{id:guid}/disable", DisableAsync).Describe("Ends every session of the user at once and lets them sign in no more.")
            .Answers<UserView>(200).Refuses(403, 404, 409).NeedsWithin(Disable).NeedsStepUp().Revokes();
        users.MapPost("/{id:guid}/enable", EnableAsync).Describe("Lets a disabled user sign in again.")
            .Answers<UserView>(200).Refuses(403, 404, 409).NeedsWithin(Disable).NeedsStepUp();
    }

    private static async Task<IResult> DisableAsync(
        Guid id, Body<DisableUserRequest> body, HttpContext http, EntityGrains grains, AccessCache access, Reach reach, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new DisableUser(Operation.Context(http, caller, "users/disable", id, time, required: false), body.Value.Reason);
        if (id == caller.UserId)
        {
            return Problems.From(IdentityErrors.NotOneself);
        }

        return (await OthersAccounts.FindAsync(http, id, Disable, grains, reach)).Refusal ?? await AnswerAsync(
            id, caller, access, grains.Of<IUserGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.DisableAsync(command)));
    }

    private static async Task<IResult> EnableAsync(Guid id, HttpContext http, EntityGrains grains, AccessCache access, Reach reach, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new EnableUser(Operation.Context(http, caller, "users/enable", id, time, required: false));
        return (await OthersAccounts.FindAsync(http, id, Disable, grains, reach, ownerToo: true)).Refusal ?? await AnswerAsync(
            id, caller, access, grains.Of<IUserGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.EnableAsync(command)));
    }

    private static async Task<IResult> AnswerAsync(Guid id, SignedIn caller, AccessCache access, Task<Result<UserView>> call)
    {
        var result = await call;
        access.Forget(new EntityKey(caller.OrganisationId, id));
        return Reply.Ok(result, view => view.Version);
    }
}
