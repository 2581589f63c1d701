namespace Platform.Access;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes never change.</summary>
public static class AccessPermissions
{
    public static readonly Permission ReadRoles = new("roles:read", "See roles and what they allow.", Roles: StandardRoles.Everyone);

    public static readonly Permission WriteRoles = new(
        "roles:write", "Create, change and delete custom roles.", Sensitive: true, Class: PermissionClass.Power, NeedsColleagues: true);

    public static readonly Permission ReadAccess = new(
        "access:read", "See the permissions of others and why they have them.", Sensitive: true, Roles: StandardRoles.Manager);

    public static readonly Permission Grant = new(
        "access:grant", "Grant and revoke roles, limited to one's own permissions.",
        Sensitive: true, Class: PermissionClass.Power, Roles: StandardRoles.Manager, NeedsColleagues: true);
}
