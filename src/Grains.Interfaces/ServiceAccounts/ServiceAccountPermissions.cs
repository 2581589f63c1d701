using Platform.Access;

namespace Platform.ServiceAccounts;

/// <summary>The permissions of this domain. They are found by <see cref="PermissionCatalogue"/>; codes are for life.</summary>
public static class ServiceAccountPermissions
{
    public static readonly Permission Read = new(
        "service-accounts:read", "See service accounts; never their keys.", Roles: StandardRoles.Manager);

    public static readonly Permission Write = new(
        "service-accounts:write", "Create service accounts and issue and revoke their keys.",
        Sensitive: true, Class: PermissionClass.Power);
}
