using Platform.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Access;

/// <summary>A simple model of access without any index, against which the fast evaluation is tested.</summary>
internal static class NaiveAccess
{
    public static bool Allows(AccessWorld world, string permission, ResourceRef resource) =>
        ByTier(world.Tier, permission, resource) || world.Grants.Any(grant => ByGrant(world, grant, permission, resource));

    /// <summary>Whether a dealer is the other one or below it.</summary>
    public static bool IsBelow(DealerNode[] nodes, Guid id, Guid root) =>
        nodes.FirstOrDefault(node => node.Id == id) is { } found &&
        (id == root || (found.ParentId is { } parent && IsBelow(nodes, parent, root)));

    private static bool ByTier(UserTier? tier, string permission, ResourceRef resource) => tier switch
    {
        UserTier.SuperAdmin => true,
        UserTier.Enterprise => !permission.StartsWith("platform:", StringComparison.Ordinal),
        UserTier.Individual => !permission.StartsWith("platform:", StringComparison.Ordinal) &&
            permission is not ("users:write" or "users:disable" or "roles:write" or "access:grant" or "dealers:write"),
        UserTier.SubUser => permission is "organisation:read" or "activity-types:read" ||
            (permission is "activities:perform" or "activities:read" or "users:read" or "wallets:read" &&
             resource.OwnerId == AccessWorld.UserId),
        _ => false,
    };

    private static bool ByGrant(AccessWorld world, Grant grant, string permission, ResourceRef resource) =>
        world.Roles.Concat(BuiltInRoles.All.Where(role => role.Kind == RoleKind.BuiltIn))
            .FirstOrDefault(role => role.Code == grant.Role) is { } role &&
        role.Permissions.Contains(permission) &&
        !permission.StartsWith("platform:", StringComparison.Ordinal) &&
        (grant.DealerId is not { } at ||
            resource.Dealers.Any(dealer => IsBelow(world.Nodes, dealer, at) && IsEnabled(world.Nodes, dealer)));

    private static bool IsEnabled(DealerNode[] nodes, Guid id) =>
        nodes.First(node => node.Id == id) is { Status: DealerStatus.Active } node &&
        (node.ParentId is not { } parent || IsEnabled(nodes, parent));
}
