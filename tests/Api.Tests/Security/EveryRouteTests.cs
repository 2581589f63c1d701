using System.Text.Json.Nodes;
using Platform.Api.Tests.Http;

namespace Platform.Api.Tests.Security;

/// <summary>
/// Who may call each documented route. <see cref="ConventionTests.An_anonymous_caller_is_401"/> covers anonymous callers. A new route
/// needs no entry here unless it is open to any caller.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class EveryRouteTests(ApiFixture api, TwoOrganisations two) : IClassFixture<TwoOrganisations>
{
    /// <summary>Routes without authentication. Adding one is a deliberate decision, recorded here.</summary>
    private static readonly string[] Anonymous =
    [
        "GET /.well-known/jwks.json", "GET /api/v1/auth/oidc/{provider}/callback", "GET /api/v1/auth/oidc/{provider}/start",
        "POST /api/v1/auth/email/free", "POST /api/v1/auth/email/verify",
        "POST /api/v1/auth/invitations/accept", "POST /api/v1/auth/login", "POST /api/v1/auth/login/mfa", "POST /api/v1/auth/oidc/ticket",
        "POST /api/v1/auth/password/forgot", "POST /api/v1/auth/password/reset", "POST /api/v1/auth/refresh", "POST /api/v1/auth/register",
    ];

    /// <summary>Routes for any signed-in user, about themselves, or about others with a permission that the route checks.</summary>
    private static readonly string[] AnyUser =
    [
        "DELETE /api/v1/auth/identities/{id}", "DELETE /api/v1/auth/mfa/totp", "DELETE /api/v1/auth/sessions/{id}",
        "GET /api/v1/auth/identities",
        "GET /api/v1/auth/mfa", "GET /api/v1/auth/sessions", "GET /api/v1/users/{id}/dealers", "GET /api/v1/users/{id}/permissions",
        "GET /api/v1/users/{id}/roles",
        "POST /api/v1/access/check", "POST /api/v1/auth/email/change", "POST /api/v1/auth/email/verification",
        "POST /api/v1/auth/ldap/link",
        "POST /api/v1/auth/logout", "POST /api/v1/auth/logout-all", "POST /api/v1/auth/mfa/recovery-codes", "POST /api/v1/auth/mfa/totp",
        "POST /api/v1/auth/mfa/totp/confirm", "POST /api/v1/auth/oidc/{provider}/link", "POST /api/v1/auth/password/change",
        "POST /api/v1/auth/step-up",
        "POST /api/v1/organisation/owner",
    ];

    /// <summary>Routes for any signed-in user or service account.</summary>
    private static readonly string[] AnyCaller = ["GET /api/v1/auth/me", "GET /api/v1/ledger/keys", "PATCH /api/v1/users/{id}"];

    /// <summary>The permissions of a sub-user: in the whole organisation, and for their own entities.</summary>
    private static readonly string[] OfSubUsers = ["activity-types:read", "organisation:read"];
    private static readonly string[] OfSubUsersOwn = ["activities:perform", "activities:read", "users:read", "wallets:read"];

    private static readonly string[] OfViewers =
    [
        .. OfSubUsers, "activities:read", "dealers:read", "metrics:read", "roles:read", "users:read", "wallets:read",
    ];

    public static TheoryData<string, string> WithPermission =>
        ApiDocument.Routes((_, _, operation) => operation["x-permission"] is not null);

    public static TheoryData<string, string> Protected => ApiDocument.Routes((_, _, operation) => operation["security"] is not null);

    /// <summary>Routes with the id of an entity. Activity types and series are not included: each organisation has its own.</summary>
    public static TheoryData<string, string> WithId => ApiDocument.Routes((_, path, operation) =>
        operation["security"] is not null && !IsAdmin(path) &&
        (path.Contains("{id}", StringComparison.Ordinal) || path.Contains("roles/{code}", StringComparison.Ordinal)));

    public static TheoryData<string, string> OfThePlatform => ApiDocument.Routes((_, path, _) => IsAdmin(path));

    public static TheoryData<string, string> OfOthers => ApiDocument.Routes((_, path, operation) =>
        operation["security"] is not null && operation["x-permission"] is null && path.Contains("users/{id}", StringComparison.Ordinal));

    [Fact]
    public void V8_1_1_each_route_declares_its_access_and_open_routes_are_listed()
    {
        Assert.Equal(Anonymous, Where(operation => operation["security"] is null));
        Assert.Equal(AnyUser, Where(operation => NeedsNoPermission(operation) && operation["x-users-only"]?.GetValue<bool>() == true));
        Assert.Equal(AnyCaller, Where(operation => NeedsNoPermission(operation) && operation["x-users-only"]?.GetValue<bool>() != true));

        static bool NeedsNoPermission(JsonNode operation) => operation["security"] is not null && operation["x-permission"] is null;
    }

    [Theory]
    [MemberData(nameof(WithPermission))]
    public async Task V8_2_1_a_caller_without_the_permission_is_403(string method, string path)
    {
        await RefusedAsync(two.SubUser, OfSubUsers, OfSubUsersOwn, method, path);
        await RefusedAsync(two.Viewer, OfViewers, ["activities:perform"], method, path);
    }

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task V8_2_1_a_service_account_without_the_permission_is_403(string method, string path)
    {
        var operation = ApiDocument.Operation(method, path);
        var usersOnly = operation["x-users-only"]?.GetValue<bool>() == true;
        var permission = operation["x-permission"]?.GetValue<string>();
        if (!usersOnly && permission is null)
        {
            Assert.Contains($"{method} {path}", AnyCaller);
            return;
        }

        var account = two.Limited.First(limited => limited.Key != permission).Value;
        var answer = (await SendAsync(method, path, account.Key)).IsProblem(403, usersOnly ? "users-only" : "forbidden");
        Assert.Equal(usersOnly ? null : permission, answer.Json["permission"]?.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(OfOthers))]
    public async Task V8_2_2_a_route_about_oneself_is_403_about_others(string method, string path)
    {
        var answer = (await SendAsync(method, path, two.SubUser.Token)).IsProblem(403, "forbidden");
        Assert.Equal(method == "PATCH" ? "users:write" : "access:read", answer.Text("permission"));
    }

    [Theory]
    [MemberData(nameof(OfThePlatform))]
    public async Task V8_2_1_a_caller_with_all_permissions_in_an_organisation_has_none_on_the_platform(string method, string path)
    {
        var before = await two.StateAsync();
        foreach (var token in new[] { two.Owner.Token, two.Stranger.Token, two.StrangersAccount.Key })
        {
            var answer = (await SendAsync(method, path, token)).IsProblem(403);
            Assert.DoesNotContain(two.Owner.OrganisationId, answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(before, await two.StateAsync());
    }

    [Theory]
    [MemberData(nameof(WithId))]
    public async Task V8_4_1_an_id_of_another_organisation_is_404(string method, string path)
    {
        var before = await two.StateAsync();
        (await SendAsync(method, path, two.Stranger.Token)).IsProblem(404, "not-found");
        if (ApiDocument.Operation(method, path)["x-users-only"]?.GetValue<bool>() != true)
        {
            (await SendAsync(method, path, two.StrangersAccount.Key)).IsProblem(404, "not-found");
        }

        Assert.Equal(before, await two.StateAsync());
    }

    [Theory]
    [InlineData("wallets?ownerId={0}")]
    [InlineData("activities?userId={0}")]
    [InlineData("users?dealerId={1}")]
    [InlineData("users?role=ours")]
    [InlineData("dealers?parent={1}")]
    [InlineData("audit-log?actor={0}")]
    [InlineData("audit-log?entity={0}")]
    public async Task V8_4_1_an_id_of_another_organisation_in_a_query_finds_nothing(string query)
    {
        var dealer = two.PathOf("/dealers/{dealerId}").Split('/')[^1];
        var path = "/api/v1/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, query, two.Owner.UserId, dealer);
        Assert.NotEqual(400, (await two.Owner.GetAsync(path)).Status);
        var answer = await two.Stranger.GetAsync(path);
        Assert.True(answer.Status == 404 || (answer.Status == 200 && answer.Json["items"]!.AsArray().Count == 0), answer.Body);
    }

    [Fact]
    public async Task V8_4_1_an_id_of_another_organisation_in_a_body_is_unknown()
    {
        var before = await two.StateAsync();
        var dealer = two.PathOf("/dealers/{dealerId}").Split('/')[^1];
        var own = await api.AddUserAsync(two.Stranger);
        JsonObject Manager() => new() { ["role"] = "manager", ["dealerId"] = dealer };
        (await two.Stranger.PostAsync($"/api/v1/users/{own.UserId}/dealers", Manager())).IsProblem(400, "unknown-dealer");
        (await SetRoleAsync(Manager())).IsProblem(400, "unknown-dealer");
        (await SetRoleAsync(new JsonObject { ["role"] = "ours" })).IsProblem(400, "unknown-role");
        (await two.Stranger.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "X", ["parentId"] = dealer }))
            .IsProblem(400, "unknown-parent");
        (await CheckAsync(two.Owner.UserId, "organisation")).IsProblem(404, "not-found");
        Assert.False((await CheckAsync(own.UserId, $"dealer:{dealer}")).Is(200).Json["allowed"]!.GetValue<bool>());
        Assert.False((await CheckAsync(own.UserId, $"user:{two.Owner.UserId}")).Is(200).Json["allowed"]!.GetValue<bool>());
        Assert.Equal(before, await two.StateAsync());

        Task<Answer> SetRoleAsync(JsonObject role) => two.Stranger.SendAsync(
            HttpMethod.Put, $"/api/v1/users/{own.UserId}/roles", new JsonObject { ["roles"] = new JsonArray(role) });

        Task<Answer> CheckAsync(string user, string resource) =>
            two.Stranger.PostAsync(
                "/api/v1/access/check", new JsonObject { ["userId"] = user, ["permission"] = "wallets:read", ["resource"] = resource });
    }

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task V7_4_2_a_token_of_a_disabled_user_is_401(string method, string path) =>
        (await SendAsync(method, path, two.Disabled.Token)).IsProblem(401, "unauthenticated");

    [Fact]
    public async Task V8_2_1_the_live_hub_admits_signed_in_callers_and_shows_metrics_only_with_permission()
    {
        const string Negotiate = "/hubs/live/negotiate?negotiateVersion=1";
        (await api.SendAsync(HttpMethod.Post, Negotiate)).IsProblem(401);
        (await api.SendAsync(HttpMethod.Post, Negotiate, token: two.Disabled.Token)).IsProblem(401);
        (await api.SendAsync(HttpMethod.Post, Negotiate, token: two.Viewer.Token)).Is(200);
        await using var hub = await HubClient.ConnectAsync(api.Address, two.SubUser.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        Assert.Contains("forbidden", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
        await using var viewer = await HubClient.ConnectAsync(api.Address, two.Viewer.Token);
        await viewer.InvokeAsync("Subscribe", "overview");
        Assert.Null((await viewer.WaitForResultAsync())["error"]);
    }

    // A permission for own entities opens lists, limited to those, but nothing of the owner's. If the caller has the permission, only GET
    // is tried.
    private async Task RefusedAsync(Account caller, string[] everywhere, string[] own, string method, string path)
    {
        var operation = ApiDocument.Operation(method, path);
        var permission = operation["x-permission"]!.GetValue<string>();
        var held = everywhere.Contains(permission) ||
            (own.Contains(permission) && operation["x-narrows"]!.GetValue<bool>() && !path.Contains("{id}", StringComparison.Ordinal));
        if (held && method != "GET")
        {
            return;
        }

        var answer = await SendAsync(method, path, caller.Token);
        if (held)
        {
            Assert.DoesNotContain(answer.Status, (int[])[401, 403]);
        }
        else
        {
            Assert.Equal(permission, answer.IsProblem(403, "forbidden").Text("permission"));
        }
    }

    private Task<Answer> SendAsync(string method, string path, string token) =>
        api.SendRawAsync(new HttpMethod(method), two.PathOf(path), ApiDocument.BodyOf(method, path), token,
            Account.NewKey(), "application/json");

    private static bool IsAdmin(string path) => path.StartsWith("/api/v1/admin/", StringComparison.Ordinal);

    private static IEnumerable<string> Where(Func<JsonNode, bool> fits) => ApiDocument.Routes((_, _, operation) => fits(operation))
        .Select(route => $"{route[0]} {route[1]}").Order(StringComparer.Ordinal);
}
