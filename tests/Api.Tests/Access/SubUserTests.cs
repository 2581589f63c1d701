using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Access;

/// <summary>
/// What a sub-user can see and do by tier, by a role in the organisation and by a role at a dealer, and when changes take effect.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class SubUserTests(ApiFixture api)
{
    private const string Users = "/api/v1/users";
    private const string Dealers = "/api/v1/dealers";

    [Fact]
    public async Task V8_2_2_without_a_role_they_see_only_their_own_data()
    {
        var owner = await api.RegisterAsync();
        var (user, other) = (await api.AddUserAsync(owner), await api.AddUserAsync(owner));
        foreach (var of in new[] { owner, user, other })
        {
            (await owner.PostAsync($"{of.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("5"), ["reference"] = "bank" }))
                .Is(201);
            (await of.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "report-generation" })).Is(201);
        }

        (await user.GetAsync(user.Wallet)).Is(200);
        Assert.Equal(2, (await user.HistoryAsync()).Count);
        foreach (var path in new[]
        {
            owner.Wallet, other.Wallet, $"{other.Wallet}/transactions", $"/api/v1/wallets?ownerId={other.UserId}",
            $"/api/v1/activities?userId={other.UserId}",
        })
        {
            (await user.GetAsync(path)).IsProblem(403, "forbidden");
        }

        Assert.Equal([user.WalletId], await IdsAsync(user, "/api/v1/wallets"));
        Assert.Equal([user.UserId], await IdsAsync(user, Users));
        Assert.Empty(await IdsAsync(user, $"{Users}?email={other.Email}"));
        var own = Assert.Single((await user.GetAsync("/api/v1/activities")).Is(200).Json["items"]!.AsArray())!;
        Assert.Equal(user.UserId, own["userId"]!.GetValue<string>());
        foreach (var foreign in (await IdsAsync(owner, "/api/v1/activities")).Where(id => id != own["id"]!.GetValue<string>()))
        {
            (await user.GetAsync($"/api/v1/activities/{foreign}")).IsProblem(403, "forbidden");
        }

        (await user.ChargeAsync("1")).IsProblem(403, "forbidden");
        (await user.DepositAsync("1")).IsProblem(403, "forbidden");
        Assert.Equal("4.00", await user.BalanceAsync());
        Assert.Equal("4.00", await other.BalanceAsync());
        Assert.Equal("4.00", await owner.BalanceAsync());
    }

    [Fact]
    public async Task V8_2_1_an_analyst_sees_all_and_changes_nothing()
    {
        var owner = await api.RegisterAsync();
        (await owner.DepositAsync("5")).Is(201);
        var (analyst, other) = (await api.AddUserAsync(owner, "analyst"), await api.AddUserAsync(owner));
        Assert.Equal(3, (await IdsAsync(analyst, Users)).Count);
        Assert.Equal(3, (await IdsAsync(analyst, "/api/v1/wallets")).Count);
        foreach (var path in new[]
        {
            owner.Wallet, $"{owner.Wallet}/transactions", "/api/v1/metrics", "/api/v1/roles", Dealers, "/api/v1/organisation",
        })
        {
            (await analyst.GetAsync(path)).Is(200);
        }

        var adminRole = new JsonObject { ["roles"] = new JsonArray(new JsonObject { ["role"] = "admin" }) };
        var newRole = new JsonObject { ["code"] = "mine", ["name"] = "Mine", ["permissions"] = new JsonArray("wallets:read") };
        var before = await StateAsync();
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Mine" }),
            (HttpMethod.Post, Users, new JsonObject { ["email"] = "more@example.test", ["displayName"] = "More" }),
            (HttpMethod.Patch, $"{Users}/{other.UserId}", new JsonObject { ["displayName"] = "Mine" }),
            (HttpMethod.Post, $"{Users}/{other.UserId}/disable", new JsonObject()),
            (HttpMethod.Put, $"{Users}/{analyst.UserId}/roles", adminRole),
            (HttpMethod.Post, Dealers, new JsonObject { ["name"] = "Mine" }),
            (HttpMethod.Post, "/api/v1/roles", newRole),
            (HttpMethod.Post, $"{owner.Wallet}/charges", new JsonObject { ["amount"] = Account.Money("1"), ["reason"] = "mine" }),
            (HttpMethod.Post, $"{analyst.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("1"), ["reference"] = "mine" }),
        })
        {
            (await api.SendAsync(method, path, body, analyst.Token, Account.NewKey())).IsProblem(403, "forbidden");
        }

        Assert.Equal(before, await StateAsync());

        async Task<string> StateAsync()
        {
            string[] paths = ["/api/v1/organisation", Users, "/api/v1/wallets", Dealers, "/api/v1/roles"];
            return string.Join('\n', await Task.WhenAll(paths.Select(async path => (await owner.GetAsync(path)).Is(200).Body)));
        }
    }

    [Fact]
    public async Task V8_2_2_a_manager_at_a_dealer_manages_users_there_and_not_elsewhere()
    {
        var owner = await api.RegisterAsync();
        var (north, south) = (await DealerAsync(owner, "North"), await DealerAsync(owner, "South"));
        var (manager, near, far) = (
            await AtAsync(owner, "manager", north), await AtAsync(owner, "viewer", north), await AtAsync(owner, "viewer", south));
        (await manager.GetAsync($"{Users}/{near.UserId}")).Is(200);
        (await manager.GetAsync(near.Wallet)).Is(200);
        (await manager.GetAsync($"{Users}/{far.UserId}")).IsProblem(403, "forbidden");
        (await manager.GetAsync(far.Wallet)).IsProblem(403, "forbidden");
        Assert.Equal(new[] { manager.UserId, near.UserId }.Order(), (await IdsAsync(manager, $"{Users}?dealerId={north}")).Order());
        Assert.DoesNotContain(far.UserId, await IdsAsync(manager, $"{Users}?dealerId={south}"));

        (await AddAsync(manager, "viewer", north)).Is(201);
        (await AddAsync(manager, "viewer", south)).IsProblem(403, "beyond-own-access");
        (await AddAsync(manager, "viewer", null)).IsProblem(403, "beyond-own-access");
        (await AddAsync(manager, "admin", north)).IsProblem(403, "beyond-own-access");
        (await manager.PostAsync(Users, new JsonObject { ["email"] = "nowhere@example.test", ["displayName"] = "Nowhere" }))
            .IsProblem(403, "beyond-own-access");
        (await GrantAsync(manager, near, "manager", south)).IsProblem(403, "beyond-own-access");
        (await GrantAsync(manager, far, "viewer", north)).IsProblem(403, "beyond-own-access"); // It would put the user at their dealer.
        (await manager.PostAsync($"{Users}/{far.UserId}/disable", new JsonObject())).IsProblem(403, "forbidden");
        (await manager.PostAsync($"{Users}/{owner.UserId}/disable", new JsonObject())).IsProblem(403, "forbidden");
        (await manager.PostAsync($"{Users}/{near.UserId}/disable", new JsonObject())).Is(200);
        (await near.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await far.GetAsync("/api/v1/auth/me")).Is(200);
    }

    [Fact]
    public async Task V8_3_2_disabling_or_moving_a_dealer_takes_effect_with_the_next_request_and_is_explained()
    {
        var owner = await api.RegisterAsync();
        var (north, south) = (await DealerAsync(owner, "North"), await DealerAsync(owner, "South"));
        var berlin = await DealerAsync(owner, "Berlin", north);
        var (manager, seller) = (await AtAsync(owner, "manager", north), await AtAsync(owner, "viewer", berlin));
        for (var round = 0; round < 3; round++)
        {
            (await manager.GetAsync(seller.Wallet)).Is(200);
            await SaysAsync(true, "grant");
            (await owner.PostAsync($"{Dealers}/{berlin}/move", new JsonObject { ["parentId"] = south })).Is(200);
            (await manager.GetAsync(seller.Wallet)).IsProblem(403, "forbidden");
            await SaysAsync(false, "onlyBelow");
            (await owner.PostAsync($"{Dealers}/{berlin}/move", new JsonObject { ["parentId"] = north })).Is(200);
            (await manager.GetAsync(seller.Wallet)).Is(200);
            (await owner.PostAsync($"{Dealers}/{north}/disable", new JsonObject())).Is(200);
            (await manager.GetAsync(seller.Wallet)).IsProblem(403, "forbidden");
            await SaysAsync(false, "dealerDisabled");
            Assert.DoesNotContain("users:disable", (await PermissionsAsync(manager)).Keys);
            (await owner.PostAsync($"{Dealers}/{north}/enable", new JsonObject())).Is(200);
        }

        var held = await PermissionsAsync(manager);
        Assert.Equal("dealerSubtree", held["users:disable"]["scope"]!.GetValue<string>());
        Assert.Equal(north, held["users:disable"]["dealers"]![0]!.GetValue<string>());
        var because = Assert.Single(held["users:disable"]["because"]!.AsArray())!;
        Assert.Equal(
            ("grant", "manager", "North"),
            (because["kind"]!.GetValue<string>(), because["role"]!.GetValue<string>(), because["dealerPath"]!.GetValue<string>()));
        Assert.Equal("organisation", held["organisation:read"]["scope"]!.GetValue<string>());

        async Task SaysAsync(bool allowed, string kind)
        {
            foreach (var asking in new[] { owner, manager })
            {
                var answer = (await asking.PostAsync("/api/v1/access/check", new JsonObject
                {
                    ["userId"] = manager.UserId, ["permission"] = "wallets:read", ["resource"] = $"user:{seller.UserId}",
                })).Is(200);
                Assert.Equal(allowed, answer.Json["allowed"]!.GetValue<bool>());
                Assert.Contains(kind, answer.Json["because"]!.AsArray().Select(reason => reason!["kind"]!.GetValue<string>()));
            }
        }
    }

    [Fact]
    public async Task V8_2_1_nobody_can_grant_what_they_lack_or_act_on_a_user_with_more_permissions()
    {
        var owner = await api.RegisterAsync();
        var (manager, user, admin) = (
            await api.AddUserAsync(owner, "manager"), await api.AddUserAsync(owner), await api.AddUserAsync(owner, "admin"));
        (await SetRolesAsync(manager, user, "admin")).IsProblem(403, "beyond-own-access");
        (await SetRolesAsync(manager, manager, "manager", "admin")).IsProblem(403, "beyond-own-access");
        (await SetRolesAsync(manager, admin)).IsProblem(403, "beyond-own-access");
        (await SetRolesAsync(manager, user, "super-admin")).IsProblem(400, "role-not-grantable");
        (await SetRolesAsync(manager, user, "enterprise")).IsProblem(400, "role-not-grantable");
        (await SetRolesAsync(manager, user, "analyst")).Is(200);
        foreach (var (above, code) in new[] { (owner, "owner-protected"), (admin, "beyond-own-access") })
        {
            (await manager.PostAsync($"{Users}/{above.UserId}/disable", new JsonObject())).IsProblem(403, code);
            (await above.GetAsync("/api/v1/auth/me")).Is(200);
        }

        (await owner.PostAsync($"{Users}/{admin.UserId}/disable", new JsonObject())).Is(200);
        (await manager.PostAsync($"{Users}/{admin.UserId}/enable", new JsonObject())).IsProblem(403, "beyond-own-access");
        (await api.LoginAsync(admin.Email, admin.Password)).IsProblem(401);
        (await manager.PostAsync($"{Users}/{user.UserId}/disable", new JsonObject())).Is(200);
    }

    [Fact]
    public async Task V6_4_4_nobody_can_remove_the_second_factor_of_a_user_with_more_permissions()
    {
        var owner = await api.RegisterAsync();
        var (manager, user) = (await api.AddUserAsync(owner, "manager"), await api.AddUserAsync(owner));
        await Authenticator.SetUpAsync(owner);
        await Authenticator.SetUpAsync(user);
        (await manager.PostAsync($"{Users}/{owner.UserId}/mfa/reset", new JsonObject())).IsProblem(403, "owner-protected");
        Assert.True((await owner.GetAsync("/api/v1/auth/mfa")).Is(200).Json["enabled"]!.GetValue<bool>());
        Assert.True((await api.LoginAsync(owner.Email, owner.Password)).Is(200).Json["mfaRequired"]!.GetValue<bool>());
        (await manager.PostAsync($"{Users}/{user.UserId}/mfa/reset", new JsonObject())).Is(200);
    }

    [Fact]
    public async Task V8_3_2_a_change_of_roles_or_of_a_custom_role_takes_effect_with_the_next_request()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        (await owner.PostAsync("/api/v1/roles", Role("wallets:read"))).Is(201);
        for (var round = 0; round < 5; round++)
        {
            (await user.GetAsync(owner.Wallet)).IsProblem(403, "forbidden");
            (await SetRolesAsync(owner, user, "watcher")).Is(200);
            (await user.GetAsync(owner.Wallet)).Is(200);
            Assert.Equal("grant", (await PermissionsAsync(user))["wallets:read"]["because"]!.AsArray()[^1]!["kind"]!.GetValue<string>());
            (await ChangeRoleAsync("metrics:read")).Is(200);
            (await user.GetAsync(owner.Wallet)).IsProblem(403, "forbidden");
            (await user.GetAsync("/api/v1/metrics")).Is(200);
            (await ChangeRoleAsync("wallets:read")).Is(200);
            (await user.GetAsync("/api/v1/metrics")).IsProblem(403, "forbidden");
            (await user.GetAsync(owner.Wallet)).Is(200);
            (await SetRolesAsync(owner, user)).Is(200);
        }

        Task<Answer> ChangeRoleAsync(string permission) =>
            owner.SendAsync(HttpMethod.Patch, "/api/v1/roles/watcher", new JsonObject { ["permissions"] = new JsonArray(permission) });

        static JsonObject Role(string permission) =>
            new() { ["code"] = "watcher", ["name"] = "Watcher", ["permissions"] = new JsonArray(permission) };
    }

    private static async Task<string> DealerAsync(Account owner, string name, string? parent = null) =>
        (await owner.PostAsync(Dealers, new JsonObject { ["name"] = name, ["parentId"] = parent })).Is(201).Text("id");

    private async Task<Account> AtAsync(Account owner, string role, string dealer)
    {
        var user = await api.AddUserAsync(owner);
        (await GrantAsync(owner, user, role, dealer)).Is(200);
        return user;
    }

    private static Task<Answer> GrantAsync(Account by, Account to, string role, string dealer) =>
        by.PostAsync($"{Users}/{to.UserId}/dealers", new JsonObject { ["role"] = role, ["dealerId"] = dealer });

    private static Task<Answer> AddAsync(Account by, string role, string? dealer) => by.PostAsync(Users, new JsonObject
    {
        ["email"] = $"added-{Account.NewKey()}-{by.UserId[..13]}@example.test",
        ["displayName"] = "Added",
        ["roles"] = new JsonArray(new JsonObject { ["role"] = role, ["dealerId"] = dealer }),
    });

    private static Task<Answer> SetRolesAsync(Account by, Account of, params string[] roles) => by.SendAsync(
        HttpMethod.Put, $"{Users}/{of.UserId}/roles",
        new JsonObject { ["roles"] = new JsonArray([.. roles.Select(role => new JsonObject { ["role"] = role })]) });

    private static async Task<IReadOnlyList<string>> IdsAsync(Account caller, string path) =>
        [.. (await caller.GetAsync(path)).Is(200).Json["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];

    private static async Task<Dictionary<string, JsonNode>> PermissionsAsync(Account user) =>
        (await user.GetAsync($"{Users}/{user.UserId}/permissions"))
            .Is(200).Json["items"]!.AsArray().ToDictionary(held => held!["permission"]!.GetValue<string>(), held => held!);
}
