using Platform.Access;
using Platform.Api.Http;

namespace Platform.Api.Access;

/// <summary>Creates a custom role.</summary>
public sealed record CreateRoleRequest(string Code, string Name, IReadOnlyList<string> Permissions) : IValidated
{
    public void Validate(Validation check) => check
        .Require(AccessRules.IsCode(Code), AccessErrors.InvalidCode)
        .Name(Name, AccessErrors.InvalidName)
        .Require(AccessRules.ArePermissions(Permissions), AccessErrors.InvalidPermissions);
}

/// <summary>Changes the given fields. Every user with the role has its new permissions at once.</summary>
public sealed record UpdateRoleRequest(string? Name = null, IReadOnlyList<string>? Permissions = null) : IValidated
{
    public void Validate(Validation check) => check
        .OptionalName(Name, AccessErrors.InvalidName)
        .Require(Permissions is null || AccessRules.ArePermissions(Permissions), AccessErrors.InvalidPermissions);
}

/// <summary>The roles of an organisation, built-in ones first.</summary>
public sealed record RoleList(IReadOnlyList<RoleView> Items, string? NextCursor);

/// <summary>All permissions.</summary>
public sealed record PermissionList(IReadOnlyList<Permission> Items, string? NextCursor);
