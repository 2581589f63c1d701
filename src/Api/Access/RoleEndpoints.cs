using Platform.Access;
using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>Roles of the caller's organisation, and the permissions of which they are made.</summary>
public static class RoleEndpoints
{
    public static void MapRoles(this RouteGroupBuilder api)
    {
        var access = api.MapGroup("").WithTags("Access");
        access.MapGet("/permissions", PermissionsAsync).Describe("All permissions that exist.").Answers<PermissionList>(200).Needs("roles:read");
        access.MapPost("/access/setup", SetUpAsync).Describe("Creates the standard groups as roles; says which were created and which stood.")
            .Answers<AccessSetUp>(200).Refuses(403, 409).Needs("roles:write");
        access.MapGet("/roles", ListAsync).Describe("The roles, built-in ones first.").Answers<RoleList>(200).Needs("roles:read");
        access.MapPost("/roles", CreateAsync).Describe("Creates a role of permissions that the caller has.")
            .Answers<RoleView>(201).Refuses(403, 409, 422).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles/{code}", GetAsync).Describe("One role.").Answers<RoleView>(200).Refuses(404).Needs("roles:read");
        access.MapPatch("/roles/{code}", UpdateAsync).Describe("Changes the fields that are given, for all who hold the role, at once.")
            .Answers<RoleView>(200).Refuses(403, 404, 409, 412).Needs("roles:write").NeedsStepUp();
        access.MapDelete("/roles/{code}", DeleteAsync).Describe("Deletes a role. Whoever holds it has nothing by it any more, and its code is not used again.")
            .Answers(204).Refuses(403, 404, 409, 412).Needs("roles:write").NeedsStepUp();
    }

    private static IResult PermissionsAsync(HttpContext http)
    {
        new Query(http).Check.ThrowIfFailed();
        return Reply.Ok(new PermissionList(PermissionCatalogue.All, null));
    }

    private static async Task<IResult> ListAsync(HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        new Query(http).Check.ThrowIfFailed();
        var access = await ReadAsync(caller, grains);
        return access.IsSuccess ? Reply.Ok(new RoleList(RoleBook.Of(access.Value).All, null)) : Reply.Refused(access);
    }

    private static async Task<IResult> GetAsync(string code, HttpContext http, EntityGrains grains)
    {
        var access = await ReadAsync(SignedIn.Of(http), grains);
        return !access.IsSuccess ? Reply.Refused(access)
            : RoleBook.Of(access.Value).Find(code) is { } role ? Reply.Ok(role, role.Version)
            : Problems.From(CommonErrors.NotFound("role"));
    }

    private static Task<Result<OrganisationAccess>> ReadAsync(SignedIn caller, EntityGrains grains) =>
        GrainCalls.CallAsync(grains.Access(caller.OrganisationId), static grain => grain.GetAsync(null));

    private static async Task<IResult> CreateAsync(
        Body<CreateRoleRequest> body, HttpContext http, EntityGrains grains, AccessCache cache, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new CreateRole(
            Operation.Context(http, caller, "roles", Guid.Empty, time, required: false), body.Value.Code, body.Value.Name, body.Value.Permissions);
        await RequireAsync(caller, cache, _ => command.Permissions);
        var created = await GrainCalls.CallAsync(grains.Access(caller.OrganisationId), command, static (grain, command) => grain.CreateRoleAsync(command));
        cache.Forget(EntityKey.Of(caller.OrganisationId));
        return Reply.Created(created, role => $"/api/v1/roles/{role.Code}", role => role.Version);
    }

    private static async Task<IResult> UpdateAsync(
        string code, Body<UpdateRoleRequest> body, HttpContext http, EntityGrains grains, AccessCache cache, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new UpdateRole(
            Operation.Context(http, caller, $"roles/{code}", Guid.Empty, time, required: false), code, body.Value.Name, body.Value.Permissions, Etags.IfMatch(http));
        await RequireAsync(caller, cache, roles => [.. Of(roles, code), .. command.Permissions ?? []]);
        var updated = await GrainCalls.CallAsync(grains.Access(caller.OrganisationId), command, static (grain, command) => grain.UpdateRoleAsync(command));
        cache.Forget(EntityKey.Of(caller.OrganisationId));
        return Reply.Ok(updated, role => role.Version);
    }

    private static async Task<IResult> DeleteAsync(string code, HttpContext http, EntityGrains grains, AccessCache cache, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new DeleteRole(
            Operation.Context(http, caller, $"roles/{code}/delete", Guid.Empty, time, required: false), code, Etags.IfMatch(http));
        await RequireAsync(caller, cache, roles => Of(roles, code));
        var deleted = await GrainCalls.CallAsync(grains.Access(caller.OrganisationId), command, static (grain, command) => grain.DeleteRoleAsync(command));
        cache.Forget(EntityKey.Of(caller.OrganisationId));
        return Reply.NoContent(deleted);
    }

    private static async Task<IResult> SetUpAsync(HttpContext http, EntityGrains grains, AccessCache cache, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new SetUpAccess(Operation.Context(http, caller, "access/setup", Guid.Empty, time, required: false));
        await RequireAsync(caller, cache, roles => StandardGroups.All.Where(group => roles.Find(group.Code) is null).SelectMany(group => group.Permissions));
        var done = await GrainCalls.CallAsync(grains.Access(caller.OrganisationId), command, static (grain, command) => grain.SetUpAsync(command));
        cache.Forget(EntityKey.Of(caller.OrganisationId));
        return done.IsSuccess ? Reply.Ok(done.Value) : Reply.Refused(done);
    }

    /// <summary>Whoever shapes a role has all of its permissions, those before and those after.</summary>
    private static async Task RequireAsync(SignedIn caller, AccessCache cache, Func<RoleBook, IEnumerable<string>> permissions)
    {
        var access = (await cache.GetCurrentAsync(caller.Key)).Effective;
        Refuse.With(Delegation.MayShapeRole(access, permissions(access.Roles)));
    }

    // A built-in role is refused as such by the entity.
    private static IReadOnlyList<string> Of(RoleBook roles, string code) =>
        roles.Find(code) is { Kind: RoleKind.Custom } role ? role.Permissions : [];
}
