using Platform.Access;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class AccessExamples
{
    private static readonly Reason Own = new(
        ReasonKind.Own, "sub-user", null, null, "The tier sub-user grants it because this is the user's own data.");

    public static readonly object[] All =
    [
        new CheckAccessRequest(Sample.UserId, "wallets:read", $"user:{Sample.UserId}"),
        new AccessAnswer(true, [Own]),
        new CreateRoleRequest("cashier", "Cashier", ["wallets:read", "wallets:charge"]),
        new UpdateRoleRequest("Cashier", ["wallets:read", "wallets:charge"]),
        new RoleList([AccessSamples.Role], null),
        new PermissionList([PermissionCatalogue.All[0]], null),
        new AccessSetUp(["sales", "finance", "support", "compliance"], ["auditor"], []),
    ];
}
