using Platform.Access;

namespace Platform.Activities;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes must never change.</summary>
public static class ActivityPermissions
{
    public static readonly Permission Perform = new(
        "activities:perform", "Perform activities, which charges a wallet.", Roles: StandardRoles.Manager | StandardRoles.SubUserOwn);

    public static readonly Permission Read = new(
        "activities:read", "See activities.", Roles: StandardRoles.Everyone | StandardRoles.SubUserOwn);

    public static readonly Permission ReadTypes = new(
        "activity-types:read", "See activity types and their prices.", Roles: StandardRoles.Everyone | StandardRoles.SubUser);

    public static readonly Permission WriteTypes = new(
        "activity-types:write", "Set activity types and their prices.", Sensitive: true, Roles: StandardRoles.Manager);
}
