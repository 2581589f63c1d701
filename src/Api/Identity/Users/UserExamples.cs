using Platform.Access;
using Platform.Grains.Access;

namespace Platform.Api.Identity.Users;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class UserExamples
{
    private static readonly Reason Own = new(
        ReasonKind.Own, "sub-user", null, null, "The tier sub-user grants it on the user's own data.");

    public static readonly object[] All =
    [
        new CreateUserRequest("ben@example.com", "Ben Example", null, [new Grant("analyst")], "de", "de-DE"),
        new UpdateUserRequest("Ben B. Example"),
        new DisableUserRequest("left the company"),
        new SetRolesRequest([new Grant("analyst"), new Grant("manager", Sample.TransactionId)]),
        new RolesResponse([new Grant("analyst"), new Grant("manager", Sample.TransactionId)]),
        new AddDealerRequest(Sample.TransactionId, "manager"),
        new UserDealersResponse([new UserDealer(Sample.TransactionId, "North / Berlin", true, ["manager"])], null),
        new PermissionsResponse([new HeldPermission("wallets:read", ScopeKind.Own, [], [Own])], null),
    ];
}
