using Platform.Access;

namespace Platform.ServiceAccounts;

/// <summary>Rules for input. Both the front door and the decisions call them.</summary>
public static class ServiceAccountRules
{
    public const int MaxPermissions = 100;

    /// <summary>At most 1,000 characters.</summary>
    public static bool IsDescription(string description) => Text.IsText(description, 0, 1_000);

    /// <summary>
    /// 1 to 100 different permissions that exist, none of the platform itself. Unknown codes are refused because they could gain a meaning
    /// later.
    /// </summary>
    public static bool ArePermissions(IReadOnlyList<string> permissions) =>
        permissions.Count is > 0 and <= MaxPermissions && permissions.Distinct(StringComparer.Ordinal).Count() == permissions.Count &&
        permissions.All(code => code is not null && PermissionCatalogue.Find(code) is { Side: PermissionSide.Organisation });
}

/// <summary>Why a request about service accounts or their keys is refused.</summary>
public static class ServiceAccountErrors
{
    public static readonly Error InvalidName = CommonErrors.InvalidName;

    public static readonly Error InvalidDescription =
        CommonErrors.Invalid("/description", "invalid-description", "The description must have at most 1,000 characters.");

    public static readonly Error InvalidPermissions = CommonErrors.Invalid(
        "/permissions", "invalid-permissions",
        "Name 1 to 100 different permissions of the catalogue. Service accounts cannot have permissions of the platform.");

    public static readonly Error InvalidExpiry =
        CommonErrors.Invalid("/expiresAt", "invalid-expiry", "The expiry must be in the future and within a year.");

    public static readonly Error TooManyKeys =
        new(ErrorKind.Conflict, "too-many-keys", "The account already has 20 valid keys. Revoke one first.");

    public static readonly Error AlreadyDisabled =
        new(ErrorKind.Conflict, "service-account-already-disabled", "The service account is already disabled.");

    public static readonly Error NotDisabled =
        new(ErrorKind.Conflict, "service-account-not-disabled", "The service account is not disabled.");
}

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Never change a code.</summary>
public static class ServiceAccountPermissions
{
    public static readonly Permission Read = new(
        "service-accounts:read", "See service accounts, but not their keys.", Roles: StandardRoles.Manager);

    public static readonly Permission Write = new(
        "service-accounts:write", "Create service accounts and issue and revoke their keys.",
        Sensitive: true, Class: PermissionClass.Power);
}
