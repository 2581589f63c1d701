using Platform.Api.Http;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Identity;

namespace Platform.Api.Security;

/// <summary>The scope of the caller's permission, for routes that limit their answer to it (<c>NeedsWithin</c>).</summary>
[Singleton]
public sealed class Reach(AccessCache cache, UserQueries users)
{
    /// <summary>Returns null if the caller's permission covers this user and what the user owns, otherwise the refusal.</summary>
    public ValueTask<IResult?> RefusalAsync(Call call, string permission, Guid ownerId)
    {
        var covers = CoversAsync(call.Access, call.OrganisationId, permission, ownerId);
        return covers.IsCompletedSuccessfully ? new(covers.Result ? null : Refusal(permission)) : AwaitAsync(covers.AsTask(), permission);
    }

    /// <summary>Whether the permission covers this user and what the user owns.</summary>
    public ValueTask<bool> CoversAsync(AccessView view, Guid organisationId, string permission, Guid ownerId)
    {
        var scope = view.Effective.Allows(permission);
        return scope.Organisation || (scope.Own && ownerId == view.Effective.UserId) ? new(true)
            : scope.Dealers.Length == 0 ? new(false)
            : AskAsync(view, organisationId, permission, ownerId);
    }

    /// <summary>
    /// The owners whose entities a list may show; null means all. A caller with less than the whole organisation sees what they could also
    /// read one by one: their own entities and those of users at the dealers in scope, or those of the one user they ask for.
    /// </summary>
    public async ValueTask<(IReadOnlyList<Guid>? Owners, IResult? Refusal)> NarrowAsync(Call call, string permission, Guid? ownerId)
    {
        var access = call.Access.Effective;
        if (ownerId is { } asked)
        {
            return ([asked], await RefusalAsync(call, permission, asked));
        }

        var scope = access.Allows(permission);
        if (scope.Organisation)
        {
            return (null, null);
        }

        var below = scope.Dealers.Length == 0
            ? []
            : await users.AtDealersAsync(call.OrganisationId, access.Tree.Reach(scope.Dealers), call.Aborted);
        return (scope.Own ? [access.UserId, .. below] : below, null);
    }

    public static IResult Refusal(string permission) => new Problem(403, "forbidden", Problems.Forbidden.Detail)
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
