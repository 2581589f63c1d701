using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>Roles of the caller's organisation, and the permissions of which they are made.</summary>
public static class RoleEndpoints
{
    public static void MapRoles(this RouteGroupBuilder api)
    {
        var access = api.MapGroup("").WithTags("Access");
        access.MapGet("/permissions", PermissionsAsync).Describe("All permissions that exist.").Answers<PermissionList>(200).NeedsWithin("roles:read");
        access.MapPost("/access/setup", SetUpAsync).Describe("Creates the standard groups as roles; says which were created and which stood.")
            .Answers<AccessSetUp>(200).Refuses(403, 409).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles", ListAsync).Describe("The roles, built-in ones first.").Answers<RoleList>(200).NeedsWithin("roles:read");
        access.MapPost("/roles", CreateAsync).Describe("Creates a role of permissions that the caller has.")
            .Answers<RoleView>(201).Refuses(403, 409, 422).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles/{code}", GetAsync).Describe("One role.").Answers<RoleView>(200).Refuses(404).NeedsWithin("roles:read");
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

    private static async Task<IResult> ListAsync(HttpContext http, AccessBooks books)
    {
        var caller = SignedIn.Of(http);
        new Query(http).Check.ThrowIfFailed();
        return Reply.Ok(new RoleList((await books.ReadAsync(caller.OrganisationId)).Roles.All, null));
    }

    private static async Task<IResult> GetAsync(string code, HttpContext http, AccessBooks books)
    {
        var caller = SignedIn.Of(http);
        var role = (await books.ReadAsync(caller.OrganisationId)).Roles.Find(code);
        return role is null ? Problems.From(CommonErrors.NotFound("role")) : Reply.Ok(role, role.Version);
    }

    private static async Task<IResult> CreateAsync(
        Body<CreateRoleRequest> body, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new CreateRole(
            Operation.Context(http, caller, "roles", Guid.Empty, time, required: false), body.Value.Code, body.Value.Name, body.Value.Permissions);
        await RequireAsync(http, caller, books, _ => command.Permissions);
        var created = await grains.Of<IAccessGrain>(IAccessGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.CreateRoleAsync(command));
        books.Changed(caller.OrganisationId);
        return Reply.Created(created, role => $"/api/v1/roles/{role.Code}", role => role.Version);
    }

    private static async Task<IResult> UpdateAsync(
        string code, Body<UpdateRoleRequest> body, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new UpdateRole(
            Operation.Context(http, caller, $"roles/{code}", Guid.Empty, time, required: false), code, body.Value.Name, body.Value.Permissions, Etags.IfMatch(http));
        await RequireAsync(http, caller, books, roles => [.. Of(roles, code), .. command.Permissions ?? []]);
        var updated = await grains.Of<IAccessGrain>(IAccessGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.UpdateRoleAsync(command));
        books.Changed(caller.OrganisationId);
        return Reply.Ok(updated, role => role.Version);
    }

    private static async Task<IResult> DeleteAsync(string code, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new DeleteRole(
            Operation.Context(http, caller, $"roles/{code}/delete", Guid.Empty, time, required: false), code, Etags.IfMatch(http));
        await RequireAsync(http, caller, books, roles => Of(roles, code));
        var deleted = await grains.Of<IAccessGrain>(IAccessGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.DeleteRoleAsync(command));
        books.Changed(caller.OrganisationId);
        return Reply.NoContent(deleted);
    }

    private static async Task<IResult> SetUpAsync(HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new SetUpAccess(Operation.Context(http, caller, "access/setup", Guid.Empty, time, required: false));
        await RequireAsync(http, caller, books, roles => StandardGroups.All.Where(group => roles.Find(group.Code) is null).SelectMany(group => group.Permissions));
        var done = await grains.Of<IAccessGrain>(IAccessGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.SetUpAsync(command));
        books.Changed(caller.OrganisationId);
        return done.IsSuccess ? Reply.Ok(done.Value) : Reply.Refused(done);
    }

    /// <summary>Whoever shapes a role has all of its permissions, those before and those after.</summary>
    private static async Task RequireAsync(HttpContext http, SignedIn caller, AccessBooks books, Func<RoleBook, IEnumerable<string>> permissions)
    {
        var access = await books.AccessAsync(http, caller);
        Refuse.With(Delegation.MayShapeRole(access, permissions(access.Roles)));
    }

    // A built-in role is refused as such by the entity.
    private static IReadOnlyList<string> Of(RoleBook roles, string code) =>
        roles.Find(code) is { Kind: RoleKind.Custom } role ? role.Permissions : [];
}
