using System.Text.RegularExpressions;
using Platform.Access;

namespace Platform.Dealers;

/// <summary>Rules for input. Both the front door and the decisions call them.</summary>
public static partial class DealerRules
{
    /// <summary>1 to 64 letters and digits, with dots, hyphens and underscores between them.</summary>
    public static bool IsCode(string code) => Code().IsMatch(code);

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}

/// <summary>Why a request about dealers is refused.</summary>
public static class DealerErrors
{
    public static readonly Error NotFound = CommonErrors.NotFound("dealer");

    public static readonly Error InvalidName = CommonErrors.InvalidName;

    public static readonly Error InvalidCode = CommonErrors.Invalid(
        "/code", "invalid-code", "The code must have 1 to 64 letters and digits, with dots, hyphens and underscores between them.");

    public static readonly Error CodeTaken = new(ErrorKind.Conflict, "dealer-code-taken", "Another dealer has this code.", "/code");

    public static readonly Error UnknownParent = CommonErrors.Invalid("/parentId", "unknown-parent", "There is no such dealer.");

    public static readonly Error Cycle = new(ErrorKind.Conflict, "dealer-cycle", "A dealer cannot be below itself.", "/parentId");

    public static readonly Error TooDeep = new(ErrorKind.Conflict, "dealer-too-deep", "The tree has at most 32 levels.", "/parentId");

    public static readonly Error TooMany = new(ErrorKind.Conflict, "too-many-dealers", "An organisation has at most 50,000 dealers.");
}

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Never change a code.</summary>
public static class DealerPermissions
{
    public static readonly Permission Read = new("dealers:read", "See the dealer tree.", Roles: StandardRoles.Everyone);

    public static readonly Permission Write = new(
        "dealers:write", "Create, rename, move and disable dealers, which changes who grants reach.",
        Sensitive: true, Class: PermissionClass.Power, Roles: StandardRoles.Manager, NeedsColleagues: true);
}
