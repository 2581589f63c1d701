using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>Roles of the caller's organisation, and the permissions of which they are made.</summary>
[Routes]
public static class RoleEndpoints
{
    public static void MapRoles(this RouteGroupBuilder api)
    {
        var access = api.MapGroup("").WithTags("Access");
        access.MapGet("/permissions", PermissionsAsync).Describe("All permissions that exist.").Answers<PermissionList>(200).NeedsWithin("roles:read");
        access.MapPost("/access/setup", SetUpAsync).Describe("Creates the standard groups as roles; says which were created and which stood.")
            .Answers<AccessSetUp>(200).Refuses(409).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles", ListAsync).Describe("The roles, built-in ones first.").Answers<RoleList>(200).NeedsWithin("roles:read");
        access.MapPost("/roles", CreateAsync).Describe("Creates a role of permissions that the caller has.")
            .Answers<RoleView>(201).Refuses(409, 422).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles/{code}", GetAsync).Describe("One role.").Answers<RoleView>(200).Refuses(404).NeedsWithin("roles:read");
        access.MapPatch("/roles/{code}", UpdateAsync).Describe("Changes the fields that are given, for all who hold the role, at once.")
            .Answers<RoleView>(200).Refuses(404, 409, 412).Needs("roles:write").NeedsStepUp();
        access.MapDelete("/roles/{code}", DeleteAsync).Describe("Deletes a role. Whoever holds it has nothing by it any more, and its code is not used again.")
            .Answers(204).Refuses(404, 409, 412).Needs("roles:write").NeedsStepUp();
    }

    private static IResult PermissionsAsync(Call call)
    {
        call.Query().Check.ThrowIfFailed();
        return Reply.Ok(new PermissionList(PermissionCatalogue.All, null));
    }

    private static async Task<IResult> ListAsync(Call call, AccessBooks books)
    {
        call.Query().Check.ThrowIfFailed();
        return Reply.Ok(new RoleList((await books.ReadAsync(call.OrganisationId)).Roles.All, null));
    }

    private static async Task<IResult> GetAsync(string code, Call call, AccessBooks books)
    {
        var role = (await books.ReadAsync(call.OrganisationId)).Roles.Find(code);
        return role is null ? Problems.From(CommonErrors.NotFound("role")) : Reply.Ok(role, role.Version);
    }

    private static async Task<IResult> CreateAsync(Body<CreateRoleRequest> body, Call call, AccessBooks books)
    {
        var command = new CreateRole(call.Context("roles"), body.Value.Code, body.Value.Name, body.Value.Permissions);
        await RequireAsync(call, books, _ => command.Permissions);
        var created = await Roles(call).AskAsync(command, static (grain, command) => grain.CreateRoleAsync(command));
        books.Changed(call.OrganisationId);
        return Reply.Created(created, role => $"/api/v1/roles/{role.Code}", role => role.Version);
    }

    private static async Task<IResult> UpdateAsync(string code, Body<UpdateRoleRequest> body, Call call, AccessBooks books)
    {
        var command = new UpdateRole(call.Context($"roles/{code}"), code, body.Value.Name, body.Value.Permissions, call.IfMatch());
        await RequireAsync(call, books, roles => [.. Of(roles, code), .. command.Permissions ?? []]);
        var updated = await Roles(call).AskAsync(command, static (grain, command) => grain.UpdateRoleAsync(command));
        books.Changed(call.OrganisationId);
        return Reply.Ok(updated, role => role.Version);
    }

    private static async Task<IResult> DeleteAsync(string code, Call call, AccessBooks books)
    {
        var command = new DeleteRole(call.Context($"roles/{code}/delete"), code, call.IfMatch());
        await RequireAsync(call, books, roles => Of(roles, code));
        var deleted = await Roles(call).AskAsync(command, static (grain, command) => grain.DeleteRoleAsync(command));
        books.Changed(call.OrganisationId);
        return Reply.NoContent(deleted);
    }

    private static async Task<IResult> SetUpAsync(Call call, AccessBooks books)
    {
        var command = new SetUpAccess(call.Context("access/setup"));
        await RequireAsync(
            call, books, roles => StandardGroups.All.Where(group => roles.Find(group.Code) is null).SelectMany(group => group.Permissions));
        var done = await Roles(call).AskAsync(command, static (grain, command) => grain.SetUpAsync(command));
        books.Changed(call.OrganisationId);
        return done.IsSuccess ? Reply.Ok(done.Value) : Reply.Refused(done);
    }

    private static IAccessGrain Roles(Call call) => call.Grain<IAccessGrain>(IAccessGrain.KeyOf(call.OrganisationId));

    /// <summary>Whoever shapes a role must have all of its permissions, those before and those after.</summary>
    private static async Task RequireAsync(Call call, AccessBooks books, Func<RoleBook, IEnumerable<string>> permissions)
    {
        var access = await books.AccessAsync(call);
        Refuse.With(Delegation.MayShapeRole(access, permissions(access.Roles)));
    }

    // A built-in role is refused as such by the entity.
    private static IReadOnlyList<string> Of(RoleBook roles, string code) =>
        roles.Find(code) is { Kind: RoleKind.Custom } role ? role.Permissions : [];
}
