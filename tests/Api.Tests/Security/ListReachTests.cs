using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Security;

/// <summary>A list shows exactly what its caller could read one by one.</summary>
[Collection(ApiCollection.Name)]
public sealed class ListReachTests(ApiFixture api)
{
    [Fact]
    public async Task A_dealers_manager_lists_only_users_at_and_below_their_dealer()
    {
        var owner = await api.RegisterAsync();
        var north = await DealerAsync(owner, "North");
        var berlin = await DealerAsync(owner, "Berlin", north);
        var south = await DealerAsync(owner, "South");
        (await owner.PostAsync("/api/v1/roles", new JsonObject
        {
            ["code"] = "watcher", ["name"] = "Watcher", ["permissions"] = new JsonArray("users:read", "wallets:read", "activities:read"),
        })).Is(201);
        var (manager, below, beside, nobody) = (
            await api.AddUserAsync(owner), await api.AddUserAsync(owner), await api.AddUserAsync(owner), await api.AddUserAsync(owner));
        await AtAsync(manager, north, "watcher");
        await AtAsync(below, berlin, "watcher");
        await AtAsync(beside, south, "watcher");
        foreach (var account in (Account[])[below, beside])
        {
            (await owner.PostAsync($"{account.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("10"), ["reference"] = "r" }))
                .Is(201);
            (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "form-download" })).Is(201);
        }

        var expected = Sorted(manager.UserId, below.UserId);
        Assert.Equal(expected, await ListedAsync(manager, "/api/v1/users", "id"));
        Assert.Equal(expected, await ListedAsync(manager, "/api/v1/wallets", "ownerId"));
        Assert.Equal([below.UserId], await ListedAsync(manager, "/api/v1/activities", "userId"));
        Assert.Equal([below.UserId], await ListedAsync(manager, "/api/v1/users?dealerId=" + berlin, "id"));
        Assert.Equal([below.UserId], await ListedAsync(manager, "/api/v1/wallets?ownerId=" + below.UserId, "ownerId"));
        (await manager.GetAsync("/api/v1/wallets?ownerId=" + beside.UserId)).IsProblem(403, "forbidden");
        Assert.Empty(await ListedAsync(manager, "/api/v1/users?dealerId=" + south, "id"));
        Assert.Equal(1, (await manager.GetAsync("/api/v1/activities/stats")).Is(200).Json["total"]!["count"]!.GetValue<long>());
        Assert.Equal(2, (await owner.GetAsync("/api/v1/activities/stats")).Is(200).Json["total"]!["count"]!.GetValue<long>());
        (await manager.GetAsync($"/api/v1/users/{owner.UserId}/sub-users")).IsProblem(403);
        Assert.DoesNotContain(nobody.UserId, await ListedAsync(manager, "/api/v1/users", "id"));

        Task<Answer> AtAsync(Account user, string dealer, string role) =>
            owner.PostAsync($"/api/v1/users/{user.UserId}/dealers", new JsonObject { ["dealerId"] = dealer, ["role"] = role });

        async Task<string[]> ListedAsync(Account account, string path, string member) =>
            Sorted([.. (await account.GetAsync(path)).Is(200).Json["items"]!.AsArray().Select(item => item![member]!.GetValue<string>())]);
    }

    private static string[] Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];

    private static async Task<string> DealerAsync(Account owner, string name, string? parent = null) =>
        (await owner.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = name, ["parentId"] = parent })).Is(201).Text("id");
}
