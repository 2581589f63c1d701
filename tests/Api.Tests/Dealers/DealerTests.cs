using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Dealers;

/// <summary>The dealer tree over HTTP, and access by it.</summary>
[Collection(ApiCollection.Name)]
public sealed class DealerTests(ApiFixture api)
{
    private const string Dealers = "/api/v1/dealers";

    [Fact]
    public async Task A_tree_is_made_listed_moved_and_renamed()
    {
        var owner = await api.RegisterAsync();
        var north = await CreateAsync(owner, "North", code: "N");
        var south = await CreateAsync(owner, "South");
        var berlin = await CreateAsync(owner, "Berlin", north);
        var shown = (await owner.GetAsync($"{Dealers}/{berlin}")).Is(200);
        Assert.Equal(["North", "Berlin"], shown.Json["path"]!.AsArray().Select(step => step!["name"]!.GetValue<string>()));

        Assert.Equal(["Berlin"], await NamesAsync(owner, $"?parent={north}"));
        Assert.Equal(["North", "South"], await NamesAsync(owner, "?parent=none"));
        Assert.Equal(["Berlin"], await NamesAsync(owner, "?name=bER"));
        Assert.Equal(["North"], await NamesAsync(owner, "?code=n"));
        var first = (await owner.GetAsync($"{Dealers}?limit=2")).Is(200);
        Assert.Equal(["South"], await NamesAsync(owner, $"?limit=2&cursor={first.Text("nextCursor")}"));

        var moved = (await owner.PostAsync($"{Dealers}/{berlin}/move", new JsonObject { ["parentId"] = south })).Is(200);
        Assert.Equal(south, moved.Text("parentId"));
        var stale = shown.Header("ETag")!;
        (await api.SendAsync(
            HttpMethod.Patch, $"{Dealers}/{berlin}", new JsonObject { ["name"] = "X" }, owner.Token, null,
            ("If-Match", stale))).IsProblem(412, "version-mismatch");
        (await api.SendAsync(
            HttpMethod.Patch, $"{Dealers}/{berlin}", new JsonObject { ["name"] = "Berlin 2" }, owner.Token, null,
            ("If-Match", moved.Header("ETag")!))).Is(200);
        Assert.Equal(["Berlin 2"], await NamesAsync(owner, $"?parent={south}"));
    }

    [Fact]
    public async Task A_cycle_is_409_and_a_move_without_a_parent_field_400()
    {
        var owner = await api.RegisterAsync();
        var top = await CreateAsync(owner, "Top");
        var below = await CreateAsync(owner, "Below", top);
        (await owner.PostAsync($"{Dealers}/{top}/move", new JsonObject { ["parentId"] = below })).IsProblem(409, "dealer-cycle");
        (await owner.PostAsync($"{Dealers}/{top}/move", new JsonObject { ["parentId"] = top })).IsProblem(409, "dealer-cycle");
        (await owner.PostAsync($"{Dealers}/{below}/move", new JsonObject())).IsProblem(400);
        Assert.Null((await owner.PostAsync($"{Dealers}/{below}/move", new JsonObject { ["parentId"] = null })).Is(200).Json["parentId"]);
    }

    [Fact]
    public async Task V8_2_2_A_dealer_of_another_organisation_does_not_exist()
    {
        var (owner, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        var dealer = await CreateAsync(owner, "Mine");
        var other = await CreateAsync(stranger, "Theirs");
        (await stranger.GetAsync($"{Dealers}/{dealer}")).IsProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Patch, $"{Dealers}/{dealer}", new JsonObject { ["name"] = "X" }, stranger.Token)).IsProblem(404);
        (await stranger.PostAsync($"{Dealers}/{dealer}/move", new JsonObject { ["parentId"] = null })).IsProblem(404);
        (await stranger.PostAsync($"{Dealers}/{dealer}/disable", new JsonObject())).IsProblem(404);
        (await stranger.PostAsync($"{Dealers}/{dealer}/enable", new JsonObject())).IsProblem(404);
        (await stranger.PostAsync(Dealers, new JsonObject { ["name"] = "X", ["parentId"] = dealer })).IsProblem(400, "unknown-parent");
        (await stranger.PostAsync($"{Dealers}/{other}/move", new JsonObject { ["parentId"] = dealer })).IsProblem(400, "unknown-parent");
        Assert.Equal(["Theirs"], await NamesAsync(stranger, ""));
        Assert.Equal("active", (await owner.GetAsync($"{Dealers}/{dealer}")).Is(200).Text("status"));
    }

    [Fact]
    public async Task V15_3_3_Fields_that_are_not_the_callers_to_set_are_refused()
    {
        var owner = await api.RegisterAsync();
        var dealer = await CreateAsync(owner, "D");
        foreach (var field in new[] { "id", "organisationId", "status", "version", "path" })
        {
            (await owner.PostAsync(Dealers, new JsonObject { ["name"] = "X", [field] = "x" })).IsProblem(400, "unknown-field");
            (await api.SendAsync(HttpMethod.Patch, $"{Dealers}/{dealer}", new JsonObject { [field] = "x" }, owner.Token))
                .IsProblem(400, "unknown-field");
        }

        (await api.SendAsync(HttpMethod.Patch, $"{Dealers}/{dealer}", new JsonObject { ["parentId"] = null }, owner.Token))
            .IsProblem(400, "unknown-field");
    }

    [Fact]
    public async Task A_repeated_create_is_one_dealer()
    {
        var owner = await api.RegisterAsync();
        var key = Account.NewKey();
        var first = (await owner.PostAsync(Dealers, new JsonObject { ["name"] = "Once" }, key)).Is(201);
        var second = (await owner.PostAsync(Dealers, new JsonObject { ["name"] = "Once" }, key)).Is(201);
        Assert.Equal(first.Text("id"), second.Text("id"));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(["Once"], await NamesAsync(owner, ""));
    }

    [Fact]
    public async Task V8_3_2_A_manager_of_a_dealer_rules_below_it_alone_and_not_once_it_is_disabled()
    {
        var owner = await api.RegisterAsync();
        var north = await CreateAsync(owner, "North");
        var south = await CreateAsync(owner, "South");
        var berlin = await CreateAsync(owner, "Berlin", north);
        var manager = await api.AddUserAsync(owner);
        (await owner.PostAsync($"/api/v1/users/{manager.UserId}/dealers", new JsonObject { ["dealerId"] = north, ["role"] = "manager" }))
            .Is(200);

        Assert.Equal(["Berlin", "North"], await NamesAsync(manager, ""));
        (await manager.GetAsync($"{Dealers}/{south}")).IsProblem(404);
        (await manager.PostAsync($"{Dealers}/{south}/disable", new JsonObject())).IsProblem(404);
        await CreateAsync(manager, "Hamburg", north);
        (await manager.PostAsync(Dealers, new JsonObject { ["name"] = "Top" })).IsProblem(403, "beyond-own-access");
        (await manager.PostAsync($"{Dealers}/{north}/disable", new JsonObject())).IsProblem(403, "beyond-own-access");
        (await manager.PostAsync($"{Dealers}/{berlin}/move", new JsonObject { ["parentId"] = null })).IsProblem(403, "beyond-own-access");
        (await manager.PostAsync($"{Dealers}/{berlin}/disable", new JsonObject())).Is(200);
        (await manager.PostAsync($"{Dealers}/{berlin}/enable", new JsonObject())).Is(200);

        (await owner.PostAsync($"{Dealers}/{north}/disable", new JsonObject())).Is(200);
        (await manager.GetAsync($"{Dealers}/{berlin}")).IsProblem(403, "forbidden");
        (await owner.PostAsync($"{Dealers}/{north}/enable", new JsonObject())).Is(200);
        (await manager.GetAsync($"{Dealers}/{berlin}")).Is(200);
    }

    private static async Task<string> CreateAsync(Account account, string name, string? parent = null, string? code = null) =>
        (await account.PostAsync(Dealers, new JsonObject { ["name"] = name, ["code"] = code, ["parentId"] = parent })).Is(201).Text("id");

    private static async Task<IEnumerable<string>> NamesAsync(Account account, string query) =>
        (await account.GetAsync(Dealers + query)).Is(200).Json["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>());
}
