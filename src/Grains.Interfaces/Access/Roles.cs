using Platform.Identity;

namespace Platform.Access;

/// <summary>Where a role comes from.</summary>
[GenerateSerializer, Alias("platform.access.role-kind")]
public enum RoleKind
{
    /// <summary>The organisation's own.</summary>
    Custom = 0,

    /// <summary>The same in every organisation; may be granted, never changed.</summary>
    BuiltIn = 1,

    /// <summary>What a tier of users has by itself; is never granted.</summary>
    Tier = 2,
}

/// <summary>A named set of permissions. The version is that of the last change of a custom role, 0 for all others.</summary>
[GenerateSerializer, Immutable, Alias("platform.access.role")]
public sealed record RoleView(
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] IReadOnlyList<string> Permissions,
    [property: Id(3)] RoleKind Kind,
    [property: Id(4)] long Version);

/// <summary>The roles that every organisation has, and those that the tiers are.</summary>
public static class BuiltInRoles
{
    private static readonly string[] Organisation =
        [.. PermissionCatalogue.All.Where(permission => permission.Side == PermissionSide.Organisation).Select(permission => permission.Code)];

    private static readonly string[] Viewer =
    [
        "organisation:read", "users:read", "roles:read", "dealers:read", "wallets:read", "activities:read", "activity-types:read", "metrics:read",
    ];

    private static readonly string[] Manager =
    [
        .. Viewer, "metrics:write", "users:write", "users:disable", "access:read", "access:grant", "dealers:write", "service-accounts:read",
        "wallets:open", "wallets:deposit", "wallets:charge", "wallets:transfer", "activities:perform", "activity-types:write",
    ];

    // There is nobody else in an organisation of one.
    private static readonly string[] NotOfIndividuals = ["users:write", "users:disable", "roles:write", "access:grant", "dealers:write"];

    /// <summary>In the order in which they are shown: those that may be granted, then the tiers.</summary>
    public static IReadOnlyList<RoleView> All { get; } =
    [
        new("admin", "Administrator", Organisation, RoleKind.BuiltIn, 0),
        new("manager", "Manager", Manager, RoleKind.BuiltIn, 0),
        new("analyst", "Analyst", [.. Viewer, "metrics:write"], RoleKind.BuiltIn, 0),
        new("viewer", "Viewer", Viewer, RoleKind.BuiltIn, 0),
        new("super-admin", "Super administrator", [.. PermissionCatalogue.All.Select(permission => permission.Code)], RoleKind.Tier, 0),
        new("enterprise", "Owner of an enterprise", Organisation, RoleKind.Tier, 0),
        new("individual", "Individual", [.. Organisation.Except(NotOfIndividuals, StringComparer.Ordinal)], RoleKind.Tier, 0),
        new("sub-user", "Sub-user", ["activities:perform", "activities:read", "activity-types:read", "organisation:read", "users:read", "wallets:read"], RoleKind.Tier, 0),
    ];

    /// <summary>Of the sub-user's permissions, those whose resources have an owner: they reach what the user owns and no further.</summary>
    public static IReadOnlySet<string> OwnOnly { get; } =
        new HashSet<string>(["activities:perform", "activities:read", "users:read", "wallets:read"], StringComparer.Ordinal);

    public static RoleView Of(UserTier tier) => All.First(role => role.Code == CodeOf(tier));

    public static string CodeOf(UserTier tier) => tier switch
    {
        UserTier.Individual => "individual",
        UserTier.Enterprise => "enterprise",
        UserTier.SubUser => "sub-user",
        UserTier.SuperAdmin => "super-admin",
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "There is no such tier."),
    };
}
