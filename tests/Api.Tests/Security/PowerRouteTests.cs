using System.Text.Json.Nodes;
using Platform.Access;
using Platform.Testing;

namespace Platform.Api.Tests.Security;

/// <summary>
/// Every route that gives or widens power (<see cref="PowerRoutes"/>): a stale session is refused, a fresh one is logged, callers cannot
/// give more than they have, and nobody can change the owner.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class PowerRouteTests(ApiFixture api, PowerScene scene) : IClassFixture<PowerScene>
{
    /// <summary>Routes whose permission gives power only elsewhere. Adding one is a deliberate decision, recorded here.</summary>
    private static readonly string[] WithoutStepUp =
    [
        "DELETE /api/v1/wallets/{id}/budget", "GET /api/v1/ledger/checkpoints/{id}", "PATCH /api/v1/dealers/{id}",
        "POST /api/v1/ledger/checkpoints",
        "POST /api/v1/ledger/checks", "POST /api/v1/users/{id}/invitation",
    ];

    /// <summary>Requests that nobody else may send about an owner: method, path after the user's id, and body.</summary>
    private static readonly (HttpMethod Method, string Suffix, JsonObject? Body)[] OnOwners =
    [
        (HttpMethod.Post, "/disable", []), (HttpMethod.Post, "/mfa/reset", null), (HttpMethod.Post, "/invitation", null),
        (HttpMethod.Patch, "", new JsonObject { ["displayName"] = "Mine" }), (HttpMethod.Put, "/roles", PowerScene.Roles("viewer")),
        (HttpMethod.Post, "/dealers", []), (HttpMethod.Delete, "/dealers/", null),
    ];

    public static TheoryData<string> OfOrganisations => [.. PowerRoutes.OfOrganisations.Select(route => route.Route)];

    public static TheoryData<string> OfThePlatform => [.. PowerRoutes.OfThePlatform.Select(route => route.Route)];

    public static TheoryData<string> WithBeyond =>
        [.. PowerRoutes.OfOrganisations.Where(route => route.Beyond is not null).Select(route => route.Route)];

    public static TheoryData<string> Own => [.. PowerRoutes.Own];

    [Fact]
    public void Every_route_that_gives_power_declares_it_and_has_a_sample()
    {
        var declared = ApiDocument.Routes((_, _, operation) => operation["x-step-up"] is not null).Select(Name)
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            PowerRoutes.OfOrganisations.Concat(PowerRoutes.OfThePlatform).Select(route => route.Route).Concat(PowerRoutes.Own)
                .Order(StringComparer.Ordinal),
            declared);
            var without = ApiDocument.Routes((_, _, operation) => operation["x-no-step-up"] is not null);
            Assert.Equal(WithoutStepUp, without.Select(Name).Order(StringComparer.Ordinal));
        Assert.All(ApiDocument.Routes(GivesPower), route =>
        {
            var operation = ApiDocument.Operation((string)route[0], (string)route[1]);
            Assert.True(operation["x-step-up"] is not null || operation["x-no-step-up"] is not null, Name(route));
        });
    }

    [Theory]
    [MemberData(nameof(OfOrganisations))]
    public async Task A_stale_session_is_refused_a_fresh_one_is_in_the_log_and_a_service_account_passes_by_its_scope(string name)
    {
        var route = PowerRoutes.OfOrganisations.Single(one => one.Route == name);
        var use = await route.Good(scene);
        var owner = await scene.OwnerAsync();
        IsChallenge(await (await scene.StaleAsync(owner)).SendAsync(route.Method, use.Path, use.Body?.DeepClone()));
        Assert.DoesNotContain(await LoggedAsync(owner, route.Action), entry => Mentions(entry, use));

        IsDone(await owner.SendAsync(route.Method, use.Path, use.Body?.DeepClone()));
        await Eventually.HoldsAsync(
            async () => (await LoggedAsync(owner, route.Action)).Any(entry => entry["actorId"]!.GetValue<string>() == owner.UserId),
            TimeSpan.FromSeconds(10), route.Action);

        use = await route.Good(scene);
        IsDone(await api.SendAsync(route.Method, use.Path, use.Body, scene.Machine.Key));
    }

    [Theory]
    [MemberData(nameof(OfThePlatform))]
    public async Task A_super_admin_needs_a_fresh_session_and_is_in_the_organisations_log(string name)
    {
        var route = PowerRoutes.OfThePlatform.Single(one => one.Route == name);
        var use = await route.Good(scene);
        var admin = await scene.SuperAdminAsync();
        IsChallenge(await (await scene.StaleAsync(admin)).SendAsync(route.Method, use.Path, use.Body?.DeepClone()));
        (await scene.Machine.SendAsync(route.Method, use.Path, use.Body?.DeepClone())).IsProblem(403);
        (await (await scene.OwnerAsync()).SendAsync(route.Method, use.Path, use.Body?.DeepClone())).IsProblem(403, "forbidden");

        IsDone(await admin.SendAsync(route.Method, use.Path, use.Body));
        var tenant = await api.SignInAsync(use.Tenant!.Email, use.Tenant.Password);
        await Eventually.HoldsAsync(
            async () => (await LoggedAsync(tenant, route.Action))
                .Any(entry => entry["actorId"]!.GetValue<string>() == admin.UserId && entry["ip"] is null),
            TimeSpan.FromSeconds(10), route.Action);
    }

    [Theory]
    [MemberData(nameof(WithBeyond))]
    public async Task Nobody_can_give_or_take_permissions_they_lack(string name)
    {
        var route = PowerRoutes.OfOrganisations.Single(one => one.Route == name);
        var use = await route.Beyond!(scene);
        var caller = await (route.Northern ? scene.NorthernAsync() : scene.DelegateAsync());
        (await caller.SendAsync(route.Method, use.Path, use.Body)).IsProblem(403, "beyond-own-access");
    }

    [Theory]
    [MemberData(nameof(Own))]
    public async Task A_stale_session_changes_nothing_of_its_own_account_and_organisation(string name)
    {
        var (method, path) = (name.Split(' ')[0], name.Split(' ')[1]);
        var body = method == "DELETE" ? null
            : path.EndsWith("/organisation", StringComparison.Ordinal) ? """{"requireMfa":true}"""
            : ApiDocument.BodyOf(method, path);
        var stale = await scene.StaleAsync(await scene.OwnerAsync());
        IsChallenge(await api.SendRawAsync(
            new HttpMethod(method), ApiDocument.Fill(path, parameter => parameter == "id" ? stale.UserId : "google"), body, stale.Token,
            null, "application/json"));
    }

    [Fact]
    public async Task Nobody_else_can_change_the_owners_account()
    {
        var owner = await scene.OwnerAsync();
        var before = await StateAsync();
        foreach (var token in new[] { (await scene.AdminAsync()).Token, (await scene.DelegateAsync()).Token, scene.Machine.Key })
        {
            foreach (var (method, suffix, body) in OnOwners)
            {
                var path = $"/api/v1/users/{owner.UserId}{suffix}" + (method == HttpMethod.Delete ? scene.North : "");
                (await api.SendAsync(
                    method, path, suffix == "/dealers" ? PowerScene.RoleAt("viewer", scene.North) : body?.DeepClone(), token))
                    .IsProblem(403, "owner-protected");
            }
        }

        Assert.Equal(before, await StateAsync());
        (await owner.SendAsync(HttpMethod.Patch, $"/api/v1/users/{owner.UserId}", new JsonObject { ["displayName"] = "Myself" })).Is(200);

        async Task<string> StateAsync() =>
            (await owner.GetAsync($"/api/v1/users/{owner.UserId}")).Is(200).Body + (await owner.GetAsync("/api/v1/auth/mfa")).Is(200).Body;
    }

    [Fact]
    public async Task A_scope_without_the_permission_admits_to_no_route_that_gives_power()
    {
        var limited = await scene.AccountAsync("metrics:read");
        foreach (var route in PowerRoutes.OfOrganisations)
        {
            (await limited.SendAsync(route.Method, (await route.Good(scene)).Path, new JsonObject())).IsProblem(403, "forbidden");
        }
    }

    private static async Task<IReadOnlyList<JsonNode>> LoggedAsync(Account reader, string action) =>
        [.. (await reader.GetAsync($"/api/v1/audit-log?action={action}&outcome=accepted&limit=200")).Is(200).Json["items"]!.AsArray()
            .Select(item => item!)];

    // Only entries about the entity in the request's path, which was created for this request.
    private static bool Mentions(JsonNode entry, Use use) =>
        entry["entityId"]?.GetValue<string>() is { } entity && use.Path.Contains(entity, StringComparison.Ordinal) &&
        !use.Path.EndsWith("/keys", StringComparison.Ordinal);

    private static void IsChallenge(Answer answer)
    {
        answer.IsProblem(401, "insufficient-user-authentication");
        Assert.Contains("max_age=300", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    private static void IsDone(Answer answer) => Assert.True(answer.Status is >= 200 and < 300, $"{answer.Status} {answer.Body}");

    private static bool GivesPower(string method, string path, JsonNode operation) =>
        operation["x-permission"]?.GetValue<string>() is { } code && PermissionCatalogue.Find(code)!.Class is var power &&
        (power == PermissionClass.Disclosure || (power == PermissionClass.Power && method != "get"));

    private static string Name(object[] route) => $"{route[0]} {route[1]}";
}
