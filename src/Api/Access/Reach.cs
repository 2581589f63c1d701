using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>How far a permission of the caller reaches, for routes that narrow what they show to it (<c>NeedsWithin</c>).</summary>
public sealed class Reach(AccessCache cache)
{
    /// <summary>Null where the caller's permission reaches this user and what the user owns; else the refusal.</summary>
    public ValueTask<IResult?> RefusalAsync(HttpContext http, string permission, Guid ownerId)
    {
        var covers = CoversAsync(AccessView.Of(http), SignedIn.Of(http).OrganisationId, permission, ownerId);
        return covers.IsCompletedSuccessfully ? new(covers.Result ? null : Refusal(permission)) : AwaitAsync(covers.AsTask(), permission);
    }

    /// <summary>Whether a permission of somebody reaches this user and what the user owns.</summary>
    public ValueTask<bool> CoversAsync(AccessView view, Guid organisationId, string permission, Guid ownerId)
    {
        var scope = view.Effective.Allows(permission);
        return scope.Organisation || (scope.Own && ownerId == view.Effective.UserId) ? new(true)
            : scope.Dealers.Length == 0 ? new(false)
            : AskAsync(view, organisationId, permission, ownerId);
    }

    /// <summary>
    /// Whose a list shows: null means everybody's. Who has less than the whole organisation sees their own, or the one that they
    /// ask for and that is within reach.
    /// </summary>
    public async ValueTask<(Guid? OwnerId, IResult? Refusal)> NarrowAsync(HttpContext http, string permission, Guid? ownerId)
    {
        var view = AccessView.Of(http);
        if (view.Allows(permission))
        {
            return (ownerId, null);
        }

        var narrowed = ownerId ?? view.Effective.UserId;
        return (narrowed, await RefusalAsync(http, permission, narrowed));
    }

    public static IResult Refusal(string permission) => new Problem(403, "forbidden", "The permission for this is missing.")
    {
        Extensions = new Dictionary<string, object> { ["permission"] = permission },
    };

    private static async ValueTask<IResult?> AwaitAsync(Task<bool> covers, string permission) => await covers ? null : Refusal(permission);

    private async ValueTask<bool> AskAsync(AccessView view, Guid organisationId, string permission, Guid ownerId)
    {
        var owner = await cache.GetAsync(new EntityKey(organisationId, ownerId));
        return view.Effective.Allows(permission, owner.Resource);
    }
}
