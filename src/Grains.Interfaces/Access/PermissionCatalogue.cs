using System.Collections.Frozen;

namespace Platform.Access;

/// <summary>Whether a permission acts within one organisation or on the platform as a whole.</summary>
public enum PermissionSide
{
    Organisation = 0,
    Platform = 1,
}

/// <summary>What a permission can do to the power of others. It decides what routes must say about a recent proof of identity.</summary>
public enum PermissionClass
{
    /// <summary>Uses what is there: nobody can do more or less afterwards.</summary>
    Ordinary = 0,

    /// <summary>Gives, takes or widens power: routes that need it and change something ask for a recent proof, or say why not.</summary>
    Power = 1,

    /// <summary>Hands out what is kept from others: every route that needs it asks, those that read too, or says why not.</summary>
    Disclosure = 2,
}

/// <summary>
/// A permission, written <c>resource:action</c>. A sensitive one reaches into the rights, the money or the evidence of others.
/// </summary>
public sealed record Permission(
    string Code, string Description, bool Sensitive = false, PermissionSide Side = PermissionSide.Organisation,
    PermissionClass Class = PermissionClass.Ordinary);

/// <summary>All permissions that exist. Codes are for life: grants and custom roles in the journal name them.</summary>
public static class PermissionCatalogue
{
    public static IReadOnlyList<Permission> All { get; } =
    [
        new("organisation:read", "See the organisation's profile and settings."),
        new("organisation:write", "Change the organisation's profile and settings.", Sensitive: true, Class: PermissionClass.Power),
        new("users:read", "See users and their profiles."),
        new("users:write", "Create, change and invite users.", Sensitive: true, Class: PermissionClass.Power),
        new("users:disable", "Disable and enable users.", Sensitive: true, Class: PermissionClass.Power),
        new("roles:read", "See roles and what they allow."),
        new("roles:write", "Create, change and delete custom roles.", Sensitive: true, Class: PermissionClass.Power),
        new("access:read", "See the permissions of others and why they have them.", Sensitive: true),
        new("access:grant", "Give and take roles, within one's own rights.", Sensitive: true, Class: PermissionClass.Power),
        new("dealers:read", "See the dealer tree."),
        new("dealers:write", "Create, rename, move and disable dealers, which changes whom grants reach.", Sensitive: true, Class: PermissionClass.Power),
        new("service-accounts:read", "See service accounts; never their keys."),
        new("service-accounts:write", "Create service accounts and issue and revoke their keys.", Sensitive: true, Class: PermissionClass.Power),
        new("audit:read", "See the audit log.", Sensitive: true),
        new("audit:export", "Export the audit log.", Sensitive: true, Class: PermissionClass.Disclosure),
        new("wallets:open", "Open wallets."),
        new("wallets:read", "See wallets, their movements and statements."),
        new("wallets:deposit", "Pay into wallets.", Sensitive: true),
        new("wallets:charge", "Charge and hold amounts, capture and void holds.", Sensitive: true),
        new("wallets:transfer", "Transfer between wallets.", Sensitive: true),
        new("wallets:adjust", "Refund, correct, freeze and unfreeze.", Sensitive: true),
        new("wallets:limits", "Set credit and spending limits.", Sensitive: true, Class: PermissionClass.Power),
        new("activities:perform", "Perform activities, which charges a wallet."),
        new("activities:read", "See activities."),
        new("activity-types:read", "See the types of activities and their prices."),
        new("activity-types:write", "Set the types of activities and their prices.", Sensitive: true),
        new("metrics:read", "See metrics and dashboards."),
        new("metrics:write", "Send metric points; change dashboards, indicators and alert rules."),
        new("platform:read", "See every organisation and the platform's figures.", Sensitive: true, PermissionSide.Platform),
        new("platform:write", "Suspend and restore organisations and change the platform.", Sensitive: true, PermissionSide.Platform, PermissionClass.Power),
        new(
            "platform:support", "Find users of every organisation and help them: enable, reset a second factor, end sessions, hand an organisation over.",
            Sensitive: true, PermissionSide.Platform, PermissionClass.Disclosure),
    ];

    private static readonly FrozenDictionary<string, int> Indices =
        All.Select((permission, index) => (permission.Code, index)).ToFrozenDictionary(pair => pair.Code, pair => pair.index, StringComparer.Ordinal);

    public static Permission? Find(string code) => IndexOf(code) is >= 0 and var index ? All[index] : null;

    /// <summary>The place of a permission in <see cref="All"/>; negative where there is none of this code.</summary>
    public static int IndexOf(string code) => Indices.TryGetValue(code, out var index) ? index : -1;
}
