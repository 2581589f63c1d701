using System.Text.Json.Nodes;
using static Platform.Api.Tests.Security.PowerScene;

namespace Platform.Api.Tests.Security;

/// <summary>A request to one route. Tenant is the owner in whose log it appears, if that is not the scene's owner.</summary>
public sealed record Use(string Path, JsonObject? Body = null, Account? Tenant = null);

/// <summary>
/// A route that gives or widens power: a good request, the action in the log, and a request beyond the delegate's own permissions, null
/// if only the route's permission matters. Northern uses the delegate at a dealer, for decisions that depend on the dealer.
/// </summary>
public sealed record PowerRoute(
    string Route, string Action, Func<PowerScene, Task<Use>> Good, Func<PowerScene, Task<Use>>? Beyond = null, bool Northern = false)
{
    public HttpMethod Method => new(Route.Split(' ')[0]);

    public override string ToString() => Route;
}

/// <summary>Every route that gives or widens power, with sample requests. A new route fails the test until it is added here.</summary>
public static class PowerRoutes
{
    private const string Users = "/api/v1/users";
    private const string Dealers = "/api/v1/dealers";

    /// <summary>Routes within an organisation, for its own users.</summary>
    public static IReadOnlyList<PowerRoute> OfOrganisations { get; } =
    [
        new("POST /api/v1/users", "user.registered", _ => Is(Users, Newcomer("viewer")), _ => Is(Users, Newcomer("admin"))),
        new("PUT /api/v1/users/{id}/roles", "role.granted",
            async s => new($"{Users}/{(await s.UserAsync()).UserId}/roles", Roles("viewer")),
            async s => new($"{Users}/{(await s.UserAsync()).UserId}/roles", Roles("admin"))),
        new("POST /api/v1/users/{id}/dealers", "role.granted",
            async s => new($"{Users}/{(await s.UserAsync()).UserId}/dealers", RoleAt("viewer", s.North)),
            async s => new($"{Users}/{(await s.UserAsync()).UserId}/dealers", RoleAt("admin", s.North))),
        new("DELETE /api/v1/users/{id}/dealers/{dealerId}", "role.revoked",
            async s => new($"{Users}/{(await s.UserAtNorthAsync("viewer")).UserId}/dealers/{s.North}"),
            async s => new($"{Users}/{(await s.UserAtNorthAsync("admin")).UserId}/dealers/{s.North}")),
        new("POST /api/v1/users/{id}/disable", "user.disabled",
            async s => new($"{Users}/{(await s.UserAsync()).UserId}/disable", []),
            async s => new($"{Users}/{(await s.UserAsync("admin")).UserId}/disable", [])),
        new("POST /api/v1/users/{id}/enable", "user.enabled",
            async s => new($"{Users}/{(await s.DisabledAsync()).UserId}/enable"),
            async s => new($"{Users}/{(await s.DisabledAsync("admin")).UserId}/enable")),
        new("POST /api/v1/users/{id}/mfa/reset", "user.mfa-reset",
            async s => new($"{Users}/{(await WithFactorAsync(s)).UserId}/mfa/reset"),
            async s => new($"{Users}/{(await WithFactorAsync(s, "admin")).UserId}/mfa/reset")),

        // RoleTests covers callers who lack what the groups give.
        new("POST /api/v1/access/setup", "role.created", _ => Is("/api/v1/access/setup")),
        new("POST /api/v1/roles", "role.created",
            _ => Is("/api/v1/roles", Role(NewName("role"), "wallets:read")),
            _ => Is("/api/v1/roles", Role(NewName("role"), "wallets:charge"))),
        new("PATCH /api/v1/roles/{code}", "role.changed",
            async s => new($"/api/v1/roles/{await s.RoleAsync("wallets:read")}", Named()),
            async s => new($"/api/v1/roles/{await s.RoleAsync("wallets:charge")}", Named())),
        new("DELETE /api/v1/roles/{code}", "role.deleted",
            async s => new($"/api/v1/roles/{await s.RoleAsync("wallets:read")}"),
            async s => new($"/api/v1/roles/{await s.RoleAsync("wallets:charge")}")),

        new("POST /api/v1/dealers", "dealer.created", _ => Is(Dealers, Named()), _ => Is(Dealers, Named()), Northern: true),
        new("POST /api/v1/dealers/{id}/move", "dealer.moved",
            async s => new($"{Dealers}/{await s.DealerAsync()}/move", new JsonObject { ["parentId"] = s.South }),
            async s => new($"{Dealers}/{await s.DealerAsync(s.North)}/move", new JsonObject { ["parentId"] = null }), Northern: true),
        new("POST /api/v1/dealers/{id}/disable", "dealer.disabled",
            async s => new($"{Dealers}/{await s.DealerAsync()}/disable"), s => Is($"{Dealers}/{s.North}/disable"), Northern: true),
        new("POST /api/v1/dealers/{id}/enable", "dealer.enabled",
            DisabledDealerAsync, s => Is($"{Dealers}/{s.North}/enable"), Northern: true),

        new("POST /api/v1/service-accounts", "service-account.created",
            _ => Is(ServiceAccount.Path, Scoped("metrics:read")), _ => Is(ServiceAccount.Path, Scoped("wallets:charge"))),
        new("PATCH /api/v1/service-accounts/{id}", "service-account.updated", Account("metrics:read", "", Named),
            Account("wallets:charge", "", Named)),
        new("POST /api/v1/service-accounts/{id}/disable", "service-account.disabled", Account("metrics:read", "/disable"),
            Account("wallets:charge", "/disable")),
        new("POST /api/v1/service-accounts/{id}/enable", "service-account.enabled", DisabledAccount("metrics:read"),
            DisabledAccount("wallets:charge")),
        new("POST /api/v1/service-accounts/{id}/keys", "service-account.key-added",
            Account("metrics:read", "/keys", Named), Account("wallets:charge", "/keys", Named)),
        new("DELETE /api/v1/service-accounts/{id}/keys/{keyId}", "service-account.key-revoked", Key("metrics:read"), Key("wallets:charge")),

        new("PUT /api/v1/wallets/{id}/limits", "wallet.limits-set",
            async s => new($"{(await s.UserAsync()).Wallet}/limits", new JsonObject { ["creditLimit"] = Fixtures.Account.Money("5") })),
        new("PUT /api/v1/wallets/{id}/budget", "wallet.budget-set", BudgetAsync),
        new("GET /api/v1/audit-log/export", "audit-log.exported", _ => Is("/api/v1/audit-log/export")),
        new("GET /api/v1/ledger/export", "ledger.exported", _ => Is("/api/v1/ledger/export")),
    ];

    /// <summary>Routes for super admins. The organisation concerned finds each request in its log.</summary>
    public static IReadOnlyList<PowerRoute> OfThePlatform { get; } =
    [
        new("GET /api/v1/admin/users", "user.seen", async s =>
            await TenantAsync(s) is var tenant ? new($"/api/v1/admin/users?q={tenant.Email}", null, tenant) : null!),
        new("POST /api/v1/admin/users/{id}/enable", "user.enabled",
            async s => new($"/api/v1/admin/users/{(await s.DisabledAsync()).UserId}/enable", null, await s.OwnerAsync())),
        new("POST /api/v1/admin/users/{id}/mfa/reset", "user.mfa-reset", async s => await OwnerWithFactorAsync(s) is var tenant
            ? new($"/api/v1/admin/users/{tenant.UserId}/mfa/reset", null, tenant) : null!),
        new("POST /api/v1/admin/users/{id}/sessions/end", "user.sessions-ended",
            async s => await TenantAsync(s) is var tenant ? new($"/api/v1/admin/users/{tenant.UserId}/sessions/end", null, tenant) : null!),
        new("POST /api/v1/admin/organisations/{id}/owner", "organisation.owner-changed", async s => await TenantAsync(s) is var tenant
            ? new($"/api/v1/admin/organisations/{tenant.OrganisationId}/owner",
                new JsonObject { ["userId"] = (await s.Api.AddUserAsync(tenant)).UserId }, tenant) : null!),
        new("POST /api/v1/admin/organisations/{id}/sso/release", "organisation.sso-released", async s => await TenantAsync(s) is var tenant
            ? new($"/api/v1/admin/organisations/{tenant.OrganisationId}/sso/release", null, tenant) : null!),
        new("POST /api/v1/admin/organisations/{id}/suspend", "organisation.suspended", async s => await TenantAsync(s) is var tenant
            ? new($"/api/v1/admin/organisations/{tenant.OrganisationId}/suspend",
                new JsonObject { ["reason"] = "overdue" }, tenant) : null!),
        new("POST /api/v1/admin/organisations/{id}/restore", "organisation.restored", SuspendedAsync),
    ];

    /// <summary>
    /// Routes about the caller's own account or organisation. They have their own tests; here only a stale session is tried.
    /// </summary>
    public static IReadOnlyList<string> Own { get; } =
    [
        "DELETE /api/v1/auth/identities/{id}", "DELETE /api/v1/auth/mfa/totp", "PATCH /api/v1/organisation",
        "POST /api/v1/auth/email/change",
        "POST /api/v1/auth/ldap/link", "POST /api/v1/auth/mfa/recovery-codes", "POST /api/v1/auth/mfa/totp",
        "POST /api/v1/auth/oidc/{provider}/link",
        "POST /api/v1/organisation/owner",
    ];

    private static Task<Use> Is(string path, JsonObject? body = null) => Task.FromResult(new Use(path, body));

    private static JsonObject Named() => new() { ["name"] = NewName("Name") };

    private static JsonObject Scoped(string permission) =>
        new() { ["name"] = NewName("Robot"), ["permissions"] = new JsonArray(permission) };

    private static JsonObject Newcomer(string role)
    {
        var body = Roles(role);
        (body["email"], body["displayName"], body["password"]) =
            ($"{NewName("newcomer")}@power.example", "A Newcomer", "another long password");
        return body;
    }

    private static async Task<Account> WithFactorAsync(PowerScene scene, params string[] roles)
    {
        var user = await scene.UserAsync(roles);
        await Authenticator.SetUpAsync(user);
        return user;
    }

    private static async Task<Use> DisabledDealerAsync(PowerScene scene)
    {
        var path = $"{Dealers}/{await scene.DealerAsync()}";
        (await (await scene.OwnerAsync()).SendAsync(HttpMethod.Post, $"{path}/disable")).Is(200);
        return new Use($"{path}/enable");
    }

    private static Func<PowerScene, Task<Use>> Account(string permission, string suffix, Func<JsonObject>? body = null) =>
        async scene => new Use((await scene.AccountAsync(permission)).Url + suffix, body?.Invoke());

    private static Func<PowerScene, Task<Use>> Key(string permission) =>
        async scene => await scene.AccountAsync(permission) is var account ? new Use($"{account.Url}/keys/{account.KeyId}") : null!;

    private static Func<PowerScene, Task<Use>> DisabledAccount(string permission) => async scene =>
    {
        var account = await scene.AccountAsync(permission);
        (await (await scene.OwnerAsync()).SendAsync(HttpMethod.Post, $"{account.Url}/disable")).Is(200);
        return new Use($"{account.Url}/enable");
    };

    private static async Task<Use> BudgetAsync(PowerScene scene) => new(
        $"{(await scene.UserAsync()).Wallet}/budget",
        new JsonObject { ["parentWalletId"] = (await scene.OwnerAsync()).WalletId, ["slice"] = Fixtures.Account.Money("5") });

    private static Task<Account> TenantAsync(PowerScene scene) => scene.Api.RegisterAsync();

    private static async Task<Account> OwnerWithFactorAsync(PowerScene scene)
    {
        var tenant = await TenantAsync(scene);
        await Authenticator.SetUpAsync(tenant);
        return tenant;
    }

    private static async Task<Use> SuspendedAsync(PowerScene scene)
    {
        var tenant = await TenantAsync(scene);
        var path = $"/api/v1/admin/organisations/{tenant.OrganisationId}";
        (await (await scene.SuperAdminAsync()).PostAsync($"{path}/suspend", new JsonObject { ["reason"] = "overdue" })).Is(200);
        return new Use($"{path}/restore", null, tenant);
    }
}
