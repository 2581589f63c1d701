using Platform.Access;

namespace Platform.Audit;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes must never change.</summary>
public static class AuditPermissions
{
    public static readonly Permission Read = new("audit:read", "See the audit log.", Sensitive: true);

    public static readonly Permission Export = new(
        "audit:export", "Export the audit log.", Sensitive: true, Class: PermissionClass.Disclosure);
}
