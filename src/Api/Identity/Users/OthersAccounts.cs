using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>
/// Acting on somebody else's account, profile and invitation included: the permission must reach it, and nobody acts on the account of
/// somebody who may do more than they, nor on that of the owner. One rule for all such routes.
/// </summary>
internal static class OthersAccounts
{
    /// <summary>
    /// The user, or the refusal. OwnerToo is for what takes nothing away: an owner whom somebody could disable in an older build is let in
    /// again.
    /// </summary>
    public static async Task<(UserView? User, IResult? Refusal)> FindAsync(
        Call call, Guid id, string permission, Reach reach, bool ownerToo = false)
    {
        if (await reach.RefusalAsync(call, permission, id) is { } refusal)
        {
            return (null, refusal);
        }

        if (!ownerToo && OwnerRefusal(call, id) is { } protection)
        {
            return (null, Problems.From(protection));
        }

        var user = await call.Grain<IUserGrain>(id).AskAsync(static grain => grain.GetAsync());
        return !user.IsSuccess ? (null, Reply.Refused(user))
            : Delegation.MayManage(call.Access.Effective, user.Value.Tier, user.Value.Grants) is { } error ? (null, Problems.From(error))
            : (user.Value, null);
    }

    /// <summary>What keeps others from the account of the owner, as the view of this request knows them: it costs no call.</summary>
    public static Error? OwnerRefusal(Call call, Guid id) =>
        Delegation.MayTouch(call.Access.Rules.Organisation.OwnerId, call.UserId, id);
}
