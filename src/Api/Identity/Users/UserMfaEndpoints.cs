using Platform.Api.Http;
using Platform.Api.Identity.Mfa;
using Platform.Api.Security;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>Resets the second factor of a user who lost both the device and the recovery codes.</summary>
public static class UserMfaEndpoints
{
    private const string Disable = "users:disable";

    public static void MapUserMfa(this RouteGroupBuilder users) =>
        users.MapPost("/{id:guid}/mfa/reset", ResetAsync)
            .Describe("Removes a user's second factor and ends all of their sessions. The user is notified by mail.")
            .Answers<UserView>(200).Refuses(404, 409, 422).Needs(Disable).NeedsStepUp();

    private static async Task<IResult> ResetAsync(Guid id, Call call, Reach reach, MfaRemoval removal)
    {
        var command = new RemoveMfa(call.Context("users/mfa/reset", id), KeptSession: null);
        if ((await AccountAccess.FindAsync(call, id, Disable, reach)).Refusal is { } refusal)
        {
            return refusal;
        }

        var removed = await removal.RemoveAsync(call.Key(id), command);
        return Reply.Ok(removed.Map(change => change.User), view => view.Version);
    }
}
