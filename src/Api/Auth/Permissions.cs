using Platform.Access;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>What the tiers give by themselves; see <see cref="PermissionCatalogue"/> and <see cref="BuiltInRoles"/>.</summary>
public static class Permissions
{
    public static IReadOnlyList<string> Of(UserTier tier) => BuiltInRoles.Of(tier).Permissions;

    public static string RoleOf(UserTier tier) => BuiltInRoles.CodeOf(tier);
}
