namespace Platform.Access;

/// <summary>A template of a custom role.</summary>
public sealed record RoleTemplate(string Code, string Name, IReadOnlyList<string> Permissions);

/// <summary>The groups that most organisations start with. They become custom roles, so an organisation can change them.</summary>
public static class StandardGroups
{
    public static IReadOnlyList<RoleTemplate> All { get; } =
    [
        new("sales", "Sales", [
            "organisation:read", "users:read", "dealers:read", "wallets:read", "activities:perform", "activities:read",
            "activity-types:read", "metrics:read"]),
        new("finance", "Finance", [
            "organisation:read", "users:read", "dealers:read", "wallets:read", "wallets:deposit", "wallets:charge", "wallets:transfer",
            "wallets:limits", "activities:read", "activity-types:read", "activity-types:write", "metrics:read"]),
        new("support", "Support", [
            "organisation:read", "users:read", "roles:read", "access:read", "dealers:read", "wallets:read", "activities:read",
            "activity-types:read"]),
        new("compliance", "Compliance", [
            "organisation:read", "users:read", "users:disable", "roles:read", "access:read", "dealers:read", "wallets:read",
            "activities:read", "activity-types:read", "metrics:read", "audit:read"]),
        new("auditor", "Auditor", [
            "organisation:read", "users:read", "roles:read", "access:read", "dealers:read", "service-accounts:read", "wallets:read",
            "activities:read", "activity-types:read", "metrics:read", "audit:read", "audit:export"]),
    ];
}
