using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Access;

/// <summary>Roles over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class RoleTests(ApiFixture api)
{
    private const string Roles = "/api/v1/roles";

    [Fact]
    public async Task A_role_is_created_changed_and_deleted_and_its_code_cannot_be_reused()
    {
        var owner = await api.RegisterAsync();
        var created = (await owner.PostAsync(Roles, Role("cashier", "wallets:read"))).Is(201);
        Assert.Equal("custom", created.Text("kind"));
        (await owner.PostAsync(Roles, Role("cashier", "wallets:read"))).IsProblem(409, "role-code-taken");
        (await owner.PostAsync(Roles, Role("admin", "wallets:read"))).IsProblem(409, "role-code-taken");

        var change = new JsonObject { ["permissions"] = new JsonArray("wallets:charge") };
        var changed = (await PatchAsync(owner, "cashier", change, created.Header("ETag")!)).Is(200);
        Assert.Equal("wallets:charge", changed.Json["permissions"]![0]!.GetValue<string>());
        (await PatchAsync(owner, "cashier", new JsonObject { ["name"] = "X" }, created.Header("ETag")!)).IsProblem(412, "version-mismatch");
        (await PatchAsync(owner, "viewer", new JsonObject { ["name"] = "X" }, "*")).IsProblem(409, "role-built-in");

        (await api.SendAsync(HttpMethod.Delete, $"{Roles}/cashier", token: owner.Token)).Is(204);
        (await owner.GetAsync($"{Roles}/cashier")).IsProblem(404, "not-found");
        (await owner.PostAsync(Roles, Role("cashier", "wallets:read"))).IsProblem(409, "role-code-retired");
        Assert.Equal(8, (await owner.GetAsync(Roles)).Is(200).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task V15_3_3_Fields_and_permissions_that_the_caller_may_not_set_are_refused()
    {
        var owner = await api.RegisterAsync();
        foreach (var field in new[] { "kind", "version", "organisationId", "builtIn" })
        {
            var body = Role("x", "wallets:read");
            body[field] = "builtIn";
            (await owner.PostAsync(Roles, body)).IsProblem(400, "unknown-field");
        }

        (await owner.PostAsync(Roles, Role("x", "platform:write"))).IsProblem(403, "beyond-own-access");
        (await owner.PostAsync(Roles, Role("x", "no:such"))).IsProblem(400, "unknown-permission");
    }

    [Fact]
    public async Task V8_2_2_A_role_of_another_organisation_does_not_exist()
    {
        var (owner, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await owner.PostAsync(Roles, Role("ours", "wallets:read"))).Is(201);
        (await stranger.GetAsync($"{Roles}/ours")).IsProblem(404);
        (await PatchAsync(stranger, "ours", new JsonObject { ["name"] = "X" }, "*")).IsProblem(404);
        (await api.SendAsync(HttpMethod.Delete, $"{Roles}/ours", token: stranger.Token)).IsProblem(404);
        (await owner.GetAsync($"{Roles}/ours")).Is(200);
    }

    [Fact]
    public async Task Setting_up_twice_creates_once()
    {
        var owner = await api.RegisterAsync();
        var first = (await owner.PostAsync("/api/v1/access/setup", new JsonObject())).Is(200);
        Assert.Equal(5, first.Json["created"]!.AsArray().Count);
        var second = (await owner.PostAsync("/api/v1/access/setup", new JsonObject())).Is(200);
        Assert.Empty(second.Json["created"]!.AsArray());
        Assert.Equal(5, second.Json["standing"]!.AsArray().Count);
        Assert.Equal("custom", (await owner.GetAsync($"{Roles}/auditor")).Is(200).Text("kind"));
    }

    [Fact]
    public async Task Nobody_can_put_permissions_they_lack_into_a_role_and_a_deleted_role_loses_effect_at_once()
    {
        var owner = await api.RegisterAsync();
        (await owner.PostAsync(Roles, Role("keeper", "roles:read", "roles:write", "dealers:read"))).Is(201);
        var keeper = await api.AddUserAsync(owner, "keeper");
        (await keeper.PostAsync(Roles, Role("mine", "dealers:read"))).Is(201);
        (await keeper.PostAsync(Roles, Role("more", "wallets:adjust"))).IsProblem(403, "beyond-own-access");
        (await PatchAsync(keeper, "keeper", new JsonObject { ["permissions"] = new JsonArray("roles:write", "access:grant") }, "*"))
            .IsProblem(403, "beyond-own-access");
        (await keeper.PostAsync("/api/v1/access/setup", new JsonObject())).IsProblem(403, "beyond-own-access");

        (await api.SendAsync(HttpMethod.Delete, $"{Roles}/keeper", token: owner.Token)).Is(204);
        (await keeper.GetAsync("/api/v1/dealers")).IsProblem(403, "forbidden");
        (await keeper.GetAsync(Roles)).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task An_individual_cannot_create_roles_or_dealers()
    {
        var alone = await api.RegisterAsync(accountType: "individual");
        (await alone.PostAsync(Roles, Role("x", "wallets:read"))).IsProblem(403, "forbidden");
        (await alone.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "X" })).IsProblem(403, "forbidden");
        (await alone.GetAsync("/api/v1/permissions")).Is(200);
    }

    private static JsonObject Role(string code, params string[] permissions) => new()
    {
        ["code"] = code,
        ["name"] = "A role",
        ["permissions"] = new JsonArray([.. permissions.Select(permission => JsonValue.Create(permission))]),
    };

    private Task<Answer> PatchAsync(Account account, string code, JsonObject body, string ifMatch) =>
        api.SendAsync(HttpMethod.Patch, $"{Roles}/{code}", body, account.Token, null, ("If-Match", ifMatch));
}
