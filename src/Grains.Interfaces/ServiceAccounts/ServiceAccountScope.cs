using Platform.Access;

namespace Platform.ServiceAccounts;

/// <summary>What a list of permissions of a service account may be, the same at the front door and in decisions.</summary>
public static class ServiceAccountScope
{
    public const int MaxPermissions = 100;

    /// <summary>1 to 100 different permissions that exist, none of the platform's side: a code that gains a meaning later must not be held already.</summary>
    public static bool IsValid(IReadOnlyList<string> permissions) =>
        permissions.Count is > 0 and <= MaxPermissions && permissions.Distinct(StringComparer.Ordinal).Count() == permissions.Count &&
        permissions.All(code => code is not null && PermissionCatalogue.Find(code) is { Side: PermissionSide.Organisation });
}
