using Platform.Api.Http;
using Platform.Api.Identity.Mfa;
using Platform.Api.Mail;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>For a user who lost the device and the recovery codes.</summary>
public static class UserMfaEndpoints
{
    private const string Disable = "users:disable";

    public static void MapUserMfa(this RouteGroupBuilder users) =>
        users.MapPost("/{id:guid}/mfa/reset", ResetAsync).Describe("Removes the second factor of a user and ends every session of theirs; the user is told by mail.")
            .Answers<UserView>(200).Refuses(403, 404, 409).Needs(Disable).NeedsStepUp();

    private static async Task<IResult> ResetAsync(
        Guid id, HttpContext http, EntityGrains grains, MfaCodes codes, AccessCache access, Reach reach, Mailer mailer, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new RemoveMfa(Operation.Context(http, caller, "users/mfa/reset", id, time, required: false), KeptSession: null);
        if ((await OthersAccounts.FindAsync(http, id, Disable, grains, reach)).Refusal is { } refusal)
        {
            return refusal;
        }

        var removed = await MfaEndpoints.RemoveAsync(new EntityKey(caller.OrganisationId, id), command, grains, codes, access, mailer);
        return Reply.Ok(removed.Map(change => change.User), view => view.Version);
    }
}
