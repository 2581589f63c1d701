using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>The permissions that exist, as <c>resource:action</c>, and who has them. Users act within their organisation alone.</summary>
public static class Permissions
{
    /// <summary>Everything that a user may do in an organisation of their own.</summary>
    private static readonly string[] Own =
    [
        "activities:perform", "activities:read", "activity-types:read", "activity-types:write", "metrics:read", "organisation:read",
        "organisation:write", "service-accounts:read", "service-accounts:write", "users:disable", "users:read", "users:write", "access:grant", "wallets:charge", "wallets:deposit", "wallets:open", "wallets:read",
    ];

    /// <summary>What a user below another may do.</summary>
    private static readonly string[] Sub = ["activities:perform", "activities:read", "activity-types:read", "organisation:read", "users:read", "wallets:read"];

    public static IReadOnlyList<string> Of(UserTier tier) => tier == UserTier.SubUser ? Sub : Own;

    public static string RoleOf(UserTier tier) => tier switch
    {
        UserTier.Individual => "individual",
        UserTier.Enterprise => "enterprise",
        UserTier.SubUser => "sub-user",
        UserTier.SuperAdmin => "super-admin",
        _ => "none",
    };
}
