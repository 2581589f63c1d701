using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>
/// Acting on somebody else's account, profile and invitation included: the permission has to reach it, and nobody acts on the account
/// of who may do more than they, nor on that of the owner. One rule for all such routes.
/// </summary>
internal static class OthersAccounts
{
    /// <summary>The user, or the refusal. OwnerToo where it takes nothing: an owner whom an older build let somebody disable is let in again.</summary>
    public static async Task<(UserView? User, IResult? Refusal)> FindAsync(
        HttpContext http, Guid id, string permission, EntityGrains grains, Reach reach, bool ownerToo = false)
    {
        var caller = SignedIn.Of(http);
        if (await reach.RefusalAsync(http, permission, id) is { } refusal)
        {
            return (null, refusal);
        }

        if (!ownerToo && OwnerRefusal(http, id) is { } protection)
        {
            return (null, Problems.From(protection));
        }

        Caller.Set(caller.OrganisationId);
        var user = await grains.Of<IUserGrain>(caller.OrganisationId, id).AskAsync(static grain => grain.GetAsync());
        return !user.IsSuccess ? (null, Reply.Refused(user))
            : Delegation.MayManage(AccessView.Of(http).Effective, user.Value.Tier, user.Value.Grants) is { } error ? (null, Problems.From(error))
            : (user.Value, null);
    }

    /// <summary>What keeps others from the account of the owner, as the view of this request knows them: it costs no call.</summary>
    public static Error? OwnerRefusal(HttpContext http, Guid id) =>
        Delegation.MayTouch(AccessView.Of(http).Rules.Organisation.OwnerId, SignedIn.Of(http).UserId, id);
}
