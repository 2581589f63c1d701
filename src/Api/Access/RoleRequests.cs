using Platform.Access;
using Platform.Api.Http;

namespace Platform.Api.Access;

/// <summary>Creates a role of the organisation's own.</summary>
public sealed record CreateRoleRequest(string Code, string Name, IReadOnlyList<string> Permissions) : IValidated
{
    public void Validate(Validation check) => check
        .Require(AccessRules.IsCode(Code), AccessErrors.InvalidCode)
        .Name(Name, AccessErrors.InvalidName)
        .Require(AccessRules.ArePermissions(Permissions), AccessErrors.InvalidPermissions);
}

/// <summary>Changes the fields that are given. Whoever holds the role has its new permissions at once.</summary>
public sealed record UpdateRoleRequest(string? Name = null, IReadOnlyList<string>? Permissions = null) : IValidated
{
    public void Validate(Validation check) => check
        .OptionalName(Name, AccessErrors.InvalidName)
        .Require(Permissions is null || AccessRules.ArePermissions(Permissions), AccessErrors.InvalidPermissions);
}

/// <summary>The roles of an organisation, built-in ones first.</summary>
public sealed record RoleList(IReadOnlyList<RoleView> Items, string? NextCursor);

/// <summary>All permissions that exist.</summary>
public sealed record PermissionList(IReadOnlyList<Permission> Items, string? NextCursor);
