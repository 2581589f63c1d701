using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>
/// Checks whether the caller may act on another user's account, including its profile and invitation: the permission must cover the
/// user, and nobody can act on the account of a user with more permissions, or on the owner's. All such routes use this.
/// </summary>
internal static class AccountAccess
{
    /// <summary>
    /// Returns the user or the refusal. OwnerToo also allows the owner's account; it is for enabling an owner who was disabled in an older
    /// build.
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

    /// <summary>Refuses access to the owner's account. It uses the cached view of this request, so it needs no call.</summary>
    public static Error? OwnerRefusal(Call call, Guid id) =>
        Delegation.MayActOnOwner(call.Access.Rules.Organisation.OwnerId, call.UserId, id);
}
