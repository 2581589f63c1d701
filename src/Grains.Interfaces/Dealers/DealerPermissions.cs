using Platform.Access;

namespace Platform.Dealers;

/// <summary>The permissions of this domain. They are found by <see cref="PermissionCatalogue"/>; codes are for life.</summary>
public static class DealerPermissions
{
    public static readonly Permission Read = new("dealers:read", "See the dealer tree.", Roles: StandardRoles.Everyone);

    public static readonly Permission Write = new(
        "dealers:write", "Create, rename, move and disable dealers, which changes whom grants reach.",
        Sensitive: true, Class: PermissionClass.Power, Roles: StandardRoles.Manager, NeedsColleagues: true);
}
