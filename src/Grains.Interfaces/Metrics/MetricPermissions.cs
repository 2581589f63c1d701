using Platform.Access;

namespace Platform.Metrics;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes must never change.</summary>
public static class MetricPermissions
{
    public static readonly Permission Read = new("metrics:read", "See metrics and dashboards.", Roles: StandardRoles.Everyone);

    public static readonly Permission Write = new(
        "metrics:write", "Send metric points; change dashboards, indicators and alert rules.",
        Roles: StandardRoles.Manager | StandardRoles.Analyst);
}
