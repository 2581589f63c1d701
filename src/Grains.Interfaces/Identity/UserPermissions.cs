using Platform.Access;

namespace Platform.Identity;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes never change.</summary>
public static class UserPermissions
{
    public static readonly Permission Read = new(
        "users:read", "See users and their profiles.", Roles: StandardRoles.Everyone | StandardRoles.SubUserOwn);

    public static readonly Permission Write = new(
        "users:write", "Create, change and invite users.",
        Sensitive: true, Class: PermissionClass.Power, Roles: StandardRoles.Manager, NeedsColleagues: true);

    public static readonly Permission Disable = new(
        "users:disable", "Disable and enable users.",
        Sensitive: true, Class: PermissionClass.Power, Roles: StandardRoles.Manager, NeedsColleagues: true);
}
