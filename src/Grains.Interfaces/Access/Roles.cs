using Platform.Identity;

namespace Platform.Access;

/// <summary>Where a role comes from.</summary>
[GenerateSerializer, Alias("platform.access.role-kind")]
public enum RoleKind
{
    /// <summary>Created by the organisation.</summary>
    Custom = 0,

    /// <summary>The same in every organisation; can be granted but not changed.</summary>
    BuiltIn = 1,

    /// <summary>The permissions that come with a tier of users; cannot be granted.</summary>
    Tier = 2,
}

/// <summary>A named set of permissions. The version is that of a custom role's last change; it is 0 for all others.</summary>
[GenerateSerializer, Immutable, Alias("platform.access.role")]
public sealed record RoleView(
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] IReadOnlyList<string> Permissions,
    [property: Id(3)] RoleKind Kind,
    [property: Id(4)] long Version);

/// <summary>The built-in roles of every organisation, and the roles of the tiers.</summary>
public static class BuiltInRoles
{
    private static readonly string[] Organisation = Codes(permission => permission.Side == PermissionSide.Organisation);

    /// <summary>In display order: first the roles that can be granted, then the tiers.</summary>
    public static IReadOnlyList<RoleView> All { get; } =
    [
        new("admin", "Administrator", Organisation, RoleKind.BuiltIn, 0),
        new("manager", "Manager", Of(StandardRoles.Manager), RoleKind.BuiltIn, 0),
        new("analyst", "Analyst", Of(StandardRoles.Analyst), RoleKind.BuiltIn, 0),
        new("viewer", "Viewer", Of(StandardRoles.Viewer), RoleKind.BuiltIn, 0),
        new("super-admin", "Super administrator", Codes(_ => true), RoleKind.Tier, 0),
        new("enterprise", "Owner of an enterprise", Organisation, RoleKind.Tier, 0),
        new(
            "individual", "Individual", Codes(permission => permission is { Side: PermissionSide.Organisation, NeedsColleagues: false }),
            RoleKind.Tier, 0),
        new("sub-user", "Sub-user", Of(StandardRoles.SubUser | StandardRoles.SubUserOwn), RoleKind.Tier, 0),
    ];

    /// <summary>The sub-user's permissions that apply only to what the user owns.</summary>
    public static IReadOnlySet<string> OwnOnly { get; } =
        new HashSet<string>(Of(StandardRoles.SubUserOwn), StringComparer.Ordinal);

    public static RoleView Of(UserTier tier) => All.First(role => role.Code == CodeOf(tier));

    public static string CodeOf(UserTier tier) => tier switch
    {
        UserTier.Individual => "individual",
        UserTier.Enterprise => "enterprise",
        UserTier.SubUser => "sub-user",
        UserTier.SuperAdmin => "super-admin",
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "There is no such tier."),
    };

    private static string[] Of(StandardRoles roles) => Codes(permission => (permission.Roles & roles) != StandardRoles.None);

    private static string[] Codes(Func<Permission, bool> has) =>
        [.. PermissionCatalogue.All.Where(has).Select(permission => permission.Code)];
}
