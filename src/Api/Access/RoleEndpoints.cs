using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>The roles of the caller's organisation, and the permissions that roles can have.</summary>
[Routes]
public static class RoleEndpoints
{
    public static void MapRoles(this RouteGroupBuilder api)
    {
        var access = api.MapGroup("").WithTags("Access");
        access.MapGet("/permissions", PermissionsAsync).Describe("Lists all permissions.")
            .Answers<PermissionList>(200).NeedsWithin("roles:read");
        access.MapPost("/access/setup", SetUpAsync)
            .Describe("Creates the standard groups as roles, and returns which were created and which existed.")
            .Answers<AccessSetUp>(200).Refuses(409, 422).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles", ListAsync).Describe("Lists the roles, built-in ones first.")
            .Answers<RoleList>(200).NeedsWithin("roles:read");
        access.MapPost("/roles", CreateAsync).Describe("Creates a role. The caller must have each of its permissions.")
            .Answers<RoleView>(201).Refuses(409, 422).Needs("roles:write").NeedsStepUp();
        access.MapGet("/roles/{code}", GetAsync).Describe("Returns a role.").Answers<RoleView>(200).Refuses(404).NeedsWithin("roles:read");
        access.MapPatch("/roles/{code}", UpdateAsync)
            .Describe("Changes the given fields. Takes effect at once for every user who has the role.")
            .Answers<RoleView>(200).Refuses(404, 409, 412).Needs("roles:write").NeedsStepUp();
        access.MapDelete("/roles/{code}", DeleteAsync)
            .Describe("Deletes a role. Its grants lose their effect, and its code cannot be reused.")
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

    /// <summary>Requires that the caller has all permissions of the role, those before and those after the change.</summary>
    private static async Task RequireAsync(Call call, AccessBooks books, Func<RoleBook, IEnumerable<string>> permissions)
    {
        var access = await books.AccessAsync(call);
        Refuse.With(Delegation.MayChangeRole(access, permissions(access.Roles)));
    }

    // Built-in roles are left out, because the entity refuses them with an error of its own.
    private static IReadOnlyList<string> Of(RoleBook roles, string code) =>
        roles.Find(code) is { Kind: RoleKind.Custom } role ? role.Permissions : [];
}
