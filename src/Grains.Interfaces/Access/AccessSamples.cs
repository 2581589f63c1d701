namespace Platform.Access;

/// <summary>Examples of the views of this domain, for the API document.</summary>
[Examples]
public static class AccessSamples
{
    public static readonly RoleView Role = new("cashier", "Cashier", ["wallets:read", "wallets:charge"], RoleKind.Custom, 1);
}
