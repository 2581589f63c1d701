using Platform.Api.Http;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Identity;

namespace Platform.Api.Security;

/// <summary>How far a permission of the caller reaches, for routes that narrow what they show to it (<c>NeedsWithin</c>).</summary>
[Singleton]
public sealed class Reach(AccessCache cache, UserQueries users)
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
    /// Whose a list shows: null means everybody's. Who has less than the whole organisation sees what they could read one by one: their
    /// own and that of users at the dealers in their reach, or of the one user that they ask for.
    /// </summary>
    public async ValueTask<(IReadOnlyList<Guid>? Owners, IResult? Refusal)> NarrowAsync(HttpContext http, string permission, Guid? ownerId)
    {
        var view = AccessView.Of(http);
        if (ownerId is { } asked)
        {
            return ([asked], await RefusalAsync(http, permission, asked));
        }

        var scope = view.Effective.Allows(permission);
        if (scope.Organisation)
        {
            return (null, null);
        }

        var below = scope.Dealers.Length == 0
            ? []
            : await users.AtDealersAsync(SignedIn.Of(http).OrganisationId, view.Effective.Tree.Reach(scope.Dealers), http.RequestAborted);
        return (scope.Own ? [view.Effective.UserId, .. below] : below, null);
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
