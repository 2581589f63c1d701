namespace Platform.Access;

/// <summary>Errors of roles and grants.</summary>
public static class AccessErrors
{
    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "A code must have 1 to 64 characters: lower-case letters, digits and hyphens.");

    public static readonly Error InvalidName = CommonErrors.InvalidName;

    public static readonly Error UnknownRole =
        CommonErrors.Invalid("/role", "unknown-role", "There is no such role.");

    public static readonly Error RoleCodeTaken =
        new(ErrorKind.Conflict, "role-code-taken", "A role with this code exists already.", "/code");

    public static readonly Error RoleCodeRetired =
        new(
            ErrorKind.Conflict, "role-code-retired",
            "A role with this code was deleted. Its grants may remain, so the code cannot be reused.", "/code");

    public static readonly Error RoleBuiltIn =
        new(ErrorKind.Conflict, "role-built-in", "Built-in roles cannot be changed.");

    public static readonly Error TooManyRoles =
        new(
            ErrorKind.Conflict, "too-many-roles",
            "An organisation can have at most 200 custom roles, and can create at most 2,000 in total.");

    public static readonly Error RoleNotGrantable =
        CommonErrors.Invalid("/role", "role-not-grantable", "The role of a tier cannot be granted.");

    public static readonly Error UnknownDealer =
        CommonErrors.Invalid("/dealerId", "unknown-dealer", "There is no such dealer.");

    public static Error UnknownPermission(int index, string code) => CommonErrors.Invalid(
        $"/permissions/{index}", "unknown-permission",
        Text.IsLine(code, 100) ? $"There is no permission {code} that a role can have." : "There is no such permission.");

    public static readonly Error InvalidPermissions =
        CommonErrors.Invalid("/permissions", "invalid-permissions", "A role must have 1 to 100 permissions, without duplicates.");

    /// <summary>Nobody but the owner and super admins may change an owner's account, whatever other permissions they have.</summary>
    public static readonly Error OwnerProtected = new(
        ErrorKind.Forbidden, "owner-protected",
        "This user owns the organisation: only the owner or a super admin of the platform can change the account.");

    /// <summary>The caller lacks this permission at the place in question. Nobody can grant a permission they lack.</summary>
    public static Error BeyondOwnAccess(string permission) => new(
        ErrorKind.Forbidden, "beyond-own-access", $"This requires the permission {permission} at this place.",
        Details: new Dictionary<string, string> { ["permission"] = permission });
}
