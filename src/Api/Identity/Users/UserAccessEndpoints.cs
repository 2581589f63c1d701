using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>The roles of users, the dealers they belong to, and their effective permissions with the sources.</summary>
public static class UserAccessEndpoints
{
    private const string Grants = "access:grant";
    private const string ReadAccess = "access:read";

    public static void MapUserAccess(this RouteGroupBuilder users)
    {
        users.MapGet("/{id:guid}/roles", RolesAsync).Describe("Lists a user's roles. Your own need no permission.")
            .Answers<RolesResponse>(200).Refuses(404).ForAnyUser();
        users.MapPut("/{id:guid}/roles", SetRolesAsync)
            .Describe("Replaces a user's roles. You can grant only permissions that you have. Takes effect with the next request.")
            .Answers<UserView>(200).Refuses(404, 412).NeedsWithin(Grants).NeedsStepUp();
        users.MapGet("/{id:guid}/dealers", DealersAsync)
            .Describe("Lists the dealers at which a user has roles. Your own need no permission.")
            .Answers<UserDealersResponse>(200).Refuses(404).ForAnyUser();
        users.MapPost("/{id:guid}/dealers", AddDealerAsync).Describe("Grants a user a role at a dealer.")
            .Answers<UserView>(200).Refuses(404, 409, 422).NeedsWithin(Grants).NeedsStepUp();
        users.MapDelete("/{id:guid}/dealers/{dealerId:guid}", RemoveDealerAsync).Describe("Revokes all roles of a user at a dealer.")
            .Answers<UserView>(200).Refuses(404).NeedsWithin(Grants).NeedsStepUp();
        users.MapGet("/{id:guid}/permissions", PermissionsAsync)
            .Describe("Lists a user's effective permissions, and their sources. Your own need no permission.")
            .Answers<PermissionsResponse>(200).Refuses(404).ForAnyUser();
    }

    private static async Task<IResult> RolesAsync(Guid id, Call call, AccessCache cache, Reach reach)
    {
        var (view, refusal) = await SeeAsync(id, call, cache, reach);
        return refusal ?? Reply.Ok(new RolesResponse(view!.User.Grants), view.User.Version);
    }

    private static Task<IResult> SetRolesAsync(Guid id, Body<SetRolesRequest> body, Call call, AccessCache cache) =>
        ReplaceAsync(id, GrantChange.To(body.Value.Roles), call.Context("users/roles", id), call, cache);

    private static Task<IResult> AddDealerAsync(Guid id, Body<AddDealerRequest> body, Call call, AccessCache cache) =>
        ReplaceAsync(
            id, GrantChange.With(new Grant(body.Value.Role, body.Value.DealerId)), call.Context("users/dealers", id), call, cache);

    private static Task<IResult> RemoveDealerAsync(Guid id, Guid dealerId, Call call, AccessCache cache) =>
        ReplaceAsync(id, GrantChange.Without(dealerId), call.Context("users/dealers/remove", id), call, cache);

    /// <summary>Replaces the roles. Refused as stale if the roles have changed since the caller's permissions were checked.</summary>
    private static async Task<IResult> ReplaceAsync(
        Guid id, GrantChange change, CommandContext context, Call call, AccessCache cache)
    {
        if (AccountAccess.OwnerRefusal(call, id) is { } protection)
        {
            return Problems.From(protection);
        }

        var grain = call.Grain<IUserGrain>(id);
        var user = await grain.AskAsync(static grain => grain.GetAsync());
        if (!user.IsSuccess)
        {
            return Reply.Refused(user);
        }

        if (Delegation.MayReplace(call.Access.Effective, id, user.Value.Grants, change.Of(user.Value.Grants)) is { } error)
        {
            return Problems.From(error);
        }

        var command = new SetGrants(context, change, call.IfMatch(), user.Value.Version);
        var set = await grain.AskAsync(command, static (grain, command) => grain.SetGrantsAsync(command));
        cache.Forget(call.Key(id));
        return Reply.Ok(set, view => view.Version);
    }

    private static async Task<IResult> DealersAsync(Guid id, Call call, AccessCache cache, Reach reach)
    {
        var (view, refusal) = await SeeAsync(id, call, cache, reach);
        return refusal ?? Reply.Ok(new UserDealersResponse(
            [
                .. view!.User.Grants.Where(grant => grant.DealerId is not null).GroupBy(grant => grant.DealerId!.Value)
                    .Select(at => new UserDealer(
                        at.Key, view.Rules.Book.Tree.PathOf(at.Key), view.Rules.Book.Tree.IsLive(at.Key),
                        [.. at.Select(grant => grant.Role)])),
            ],
            null));
    }

    private static async Task<IResult> PermissionsAsync(Guid id, Call call, AccessCache cache, Reach reach)
    {
        var (view, refusal) = await SeeAsync(id, call, cache, reach);
        return refusal ?? Reply.Ok(new PermissionsResponse(
            [
                .. view!.Effective.List()
                    .Select(held => new HeldPermission(held.Permission.Code, held.Scope.Kind, held.Scope.Dealers, held.Because)),
            ],
            null));
    }

    private static async Task<(AccessView? View, IResult? Refusal)> SeeAsync(Guid id, Call call, AccessCache cache, Reach reach)
    {
        call.Query().Check.ThrowIfFailed();
        var refusal = id == call.UserId ? null : await reach.RefusalAsync(call, ReadAccess, id);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var view = await cache.GetAsync(call.Key(id));
        return view.User.Version == 0 ? (null, Problems.From(CommonErrors.NotFound("user"))) : (view, null);
    }
}
