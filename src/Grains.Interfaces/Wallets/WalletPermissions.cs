using Platform.Access;

namespace Platform.Wallets;

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Codes must never change.</summary>
public static class WalletPermissions
{
    public static readonly Permission Open = new("wallets:open", "Open wallets.", Roles: StandardRoles.Manager);

    public static readonly Permission Read = new(
        "wallets:read", "See wallets, their movements and statements.", Roles: StandardRoles.Everyone | StandardRoles.SubUserOwn);

    public static readonly Permission Deposit = new("wallets:deposit", "Pay into wallets.", Sensitive: true, Roles: StandardRoles.Manager);

    public static readonly Permission Charge = new(
        "wallets:charge", "Charge and hold amounts, capture and void holds.", Sensitive: true, Roles: StandardRoles.Manager);

    public static readonly Permission Transfer = new(
        "wallets:transfer", "Transfer between wallets.", Sensitive: true, Roles: StandardRoles.Manager);

    public static readonly Permission Adjust = new("wallets:adjust", "Refund, correct, freeze and unfreeze.", Sensitive: true);

    public static readonly Permission Limits = new(
        "wallets:limits", "Set credit and spending limits.", Sensitive: true, Class: PermissionClass.Power);
}
