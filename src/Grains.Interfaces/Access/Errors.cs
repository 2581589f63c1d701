namespace Platform.Access;

/// <summary>Refusals of roles, and of what somebody may give.</summary>
public static class AccessErrors
{
    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "A code has 1 to 64 characters: lower-case letters, digits and hyphens.");

    public static readonly Error InvalidName =
        CommonErrors.Invalid("/name", "invalid-name", "A name has 1 to 200 characters, none of them a control or invisible.");

    public static readonly Error UnknownRole =
        CommonErrors.Invalid("/role", "unknown-role", "There is no such role.");

    public static readonly Error RoleCodeTaken =
        new(ErrorKind.Conflict, "role-code-taken", "There is a role of this code already.", "/code");

    public static readonly Error RoleCodeRetired =
        new(ErrorKind.Conflict, "role-code-retired", "A role of this code was deleted; grants of it may remain, so the code is not used again.", "/code");

    public static readonly Error RoleBuiltIn =
        new(ErrorKind.Conflict, "role-built-in", "Built-in roles do not change.");

    public static readonly Error TooManyRoles =
        new(ErrorKind.Conflict, "too-many-roles", "An organisation has at most 200 custom roles, and 2,000 over time.");

    public static readonly Error RoleNotGrantable =
        CommonErrors.Invalid("/role", "role-not-grantable", "The roles of the tiers are not granted.");

    public static readonly Error UnknownDealer =
        CommonErrors.Invalid("/dealerId", "unknown-dealer", "There is no such dealer.");

    public static Error UnknownPermission(int index, string code) => CommonErrors.Invalid(
        $"/permissions/{index}", "unknown-permission",
        Text.IsLine(code, 100) ? $"There is no permission {code} that a role may have." : "There is no such permission.");

    public static readonly Error InvalidPermissions =
        CommonErrors.Invalid("/permissions", "invalid-permissions", "A role has 1 to 100 permissions, each once.");

    /// <summary>What others may never do to an owner, however much they may do otherwise.</summary>
    public static readonly Error OwnerProtected = new(
        ErrorKind.Forbidden, "owner-protected", "This is the owner of the organisation: their account is theirs alone to change, or a super admin's of the platform.");

    /// <summary>The caller may do this, but neither here nor with this permission: nobody gives what they lack.</summary>
    public static Error BeyondOwnAccess(string permission) => new(
        ErrorKind.Forbidden, "beyond-own-access", $"This needs {permission} at this place.",
        Details: new Dictionary<string, string> { ["permission"] = permission });
}
