using Platform.Access;

namespace Platform.Organisations;

/// <summary>The permissions of this domain. They are found by <see cref="PermissionCatalogue"/>; codes are for life.</summary>
public static class OrganisationPermissions
{
    public static readonly Permission Read = new(
        "organisation:read", "See the organisation's profile and settings.", Roles: StandardRoles.Everyone | StandardRoles.SubUser);

    public static readonly Permission Write = new(
        "organisation:write", "Change the organisation's profile and settings.", Sensitive: true, Class: PermissionClass.Power);
}
