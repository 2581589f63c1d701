using Platform.Access;

namespace Platform.Admin;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes must never change.</summary>
public static class PlatformPermissions
{
    public static readonly Permission Read = new(
        "platform:read", "See every organisation and the platform's figures.", Sensitive: true, Side: PermissionSide.Platform);

    public static readonly Permission Write = new(
        "platform:write", "Suspend and restore organisations and change the platform.",
        Sensitive: true, Side: PermissionSide.Platform, Class: PermissionClass.Power);

    public static readonly Permission Support = new(
        "platform:support",
        "Find users of every organisation and help them: enable, reset a second factor, end sessions, hand an organisation over.",
        Sensitive: true, Side: PermissionSide.Platform, Class: PermissionClass.Disclosure);
}
