using System.Text.Json.Nodes;

namespace Platform.Api.Tests.ServiceAccounts;

/// <summary>Service accounts: who makes them, what they may do, and what is theirs to lose.</summary>
[Collection(ApiCollection.Name)]
public sealed class ServiceAccountTests(ApiFixture api)
{
    [Fact]
    public async Task An_account_is_made_read_changed_and_listed()
    {
        var owner = await api.RegisterAsync();
        var made = (await owner.PostAsync(ServiceAccount.Path, new JsonObject
        {
            ["name"] = "export", ["description"] = "nightly", ["permissions"] = new JsonArray("wallets:read", "metrics:read"),
        })).Is(201);
        Assert.Equal($"{ServiceAccount.Path}/{made.Text("id")}", made.Header("Location"));
        Assert.Equal((owner.UserId, "active"), (made.Text("createdBy"), made.Text("status")));
        var url = $"{ServiceAccount.Path}/{made.Text("id")}";
        var read = (await owner.GetAsync(url)).Is(200);
        Assert.Equal(made.Body, read.Body);
        Assert.Equal("\"1\"", read.Header("ETag"));

        var changed = (
            await api.SendAsync(HttpMethod.Patch, url, new JsonObject { ["name"] = "import" }, owner.Token, headers: ("If-Match", "\"1\"")))
                .Is(200);
        Assert.Equal(("import", "nightly"), (changed.Text("name"), changed.Text("description")));
        (await api.SendAsync(HttpMethod.Patch, url, new JsonObject { ["name"] = "late" }, owner.Token, headers: ("If-Match", "\"1\"")))
            .IsProblem(412);
        Assert.Equal(changed.Body, (await owner.GetAsync(ServiceAccount.Path)).Is(200).Json["items"]![0]!.ToJsonString());
        (await owner.PostAsync($"{url}/enable", new JsonObject())).IsProblem(409, "service-account-not-disabled");
        (await owner.PostAsync($"{url}/disable", new JsonObject())).Is(200);
        (await owner.PostAsync($"{url}/disable", new JsonObject())).IsProblem(409, "service-account-already-disabled");
        Assert.Single((await owner.GetAsync($"{ServiceAccount.Path}?status=disabled")).Is(200).Json["items"]!.AsArray());
        Assert.Empty((await owner.GetAsync($"{ServiceAccount.Path}?status=active")).Is(200).Json["items"]!.AsArray());
        (await owner.GetAsync($"{ServiceAccount.Path}?status=1")).IsProblem(400, "invalid-parameter");
    }

    [Fact]
    public async Task Pages_show_every_account_once()
    {
        var owner = await api.RegisterAsync();
        var ids = new HashSet<string>();
        for (var number = 0; number < 5; number++)
        {
            ids.Add((await ServiceAccount.CreateAsync(api, owner.Token, "metrics:read")).Is(201).Text("id"));
        }

        var seen = new List<string>();
        for (var url = $"{ServiceAccount.Path}?limit=2"; url is not null;)
        {
            var page = (await owner.GetAsync(url)).Is(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()));
            url = page["nextCursor"]?.GetValue<string>() is { } cursor ? $"{ServiceAccount.Path}?limit=2&cursor={cursor}" : null;
        }

        Assert.Equal(5, seen.Count);
        Assert.True(ids.SetEquals(seen));
    }

    [Fact]
    public async Task A_repeated_creation_makes_one_account()
    {
        var owner = await api.RegisterAsync();
        var body = new JsonObject { ["name"] = "export", ["permissions"] = new JsonArray("metrics:read") };
        var key = Account.NewKey();
        var (first, second) = (
            (await owner.PostAsync(ServiceAccount.Path, body, key)).Is(201),
            (await owner.PostAsync(ServiceAccount.Path, body, key)).Is(201));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Single((await owner.GetAsync(ServiceAccount.Path)).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task V8_2_1_an_account_does_what_its_permissions_say_and_nothing_else()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "wallets:read");
        (await account.GetAsync(owner.Wallet)).Is(200);
        Assert.Equal("metrics:read", (await account.GetAsync("/api/v1/metrics")).IsProblem(403, "forbidden").Text("permission"));
        (await account.SendAsync(HttpMethod.Post, $"{owner.Wallet}/deposits", Deposit("5"))).IsProblem(403, "forbidden");
        (await account.GetAsync(ServiceAccount.Path)).IsProblem(403, "forbidden");
        (await account.GetAsync("/api/v1/users")).IsProblem(403, "forbidden");
        Assert.Equal("0.00", await owner.BalanceAsync());
    }

    [Fact]
    public async Task V8_3_2_permissions_that_are_taken_or_given_count_with_the_next_request()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "wallets:read");
        for (var round = 0; round < 5; round++)
        {
            (await account.GetAsync(owner.Wallet)).Is(200);
            (await PermitAsync(owner, account, "metrics:read")).Is(200);
            (await account.GetAsync(owner.Wallet)).IsProblem(403, "forbidden");
            (await account.GetAsync("/api/v1/metrics")).Is(200);
            (await PermitAsync(owner, account, "wallets:read")).Is(200);
        }
    }

    [Fact]
    public async Task V8_2_1_nobody_hands_on_a_permission_that_they_lack()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "service-accounts:write", "wallets:read");
        (await ServiceAccount.CreateAsync(api, account.Key, "wallets:charge")).IsProblem(403, "beyond-own-access");
        (await account.SendAsync(HttpMethod.Patch, account.Url, Permissions("service-accounts:write", "wallets:deposit")))
            .IsProblem(403, "beyond-own-access");
        (await account.GetAsync(owner.Wallet)).Is(200);
        (await account.SendAsync(HttpMethod.Post, $"{owner.Wallet}/deposits", Deposit("5"))).IsProblem(403, "forbidden");
        Assert.Single((await owner.GetAsync(ServiceAccount.Path)).Json["items"]!.AsArray());
        Assert.Equal(account.Id, (await ServiceAccount.CreateAsync(api, account.Key, "wallets:read")).Is(201).Text("createdBy"));
    }

    [Fact]
    public async Task V8_2_1_nobody_gets_at_what_they_lack_through_a_key_of_an_account_that_has_it()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "wallets:deposit");
        (await owner.PostAsync(
            "/api/v1/roles",
            new JsonObject { ["code"] = "keeper", ["name"] = "Keeper", ["permissions"] = new JsonArray("service-accounts:write") }))
                .Is(201);
        var email = $"keeper-{owner.Email}";
        (await owner.PostAsync("/api/v1/users", new JsonObject
        {
            ["email"] = email, ["displayName"] = "Keeper", ["password"] = owner.Password, ["roles"] =
                new JsonArray(new JsonObject { ["role"] = "keeper" }),
        })).Is(201);
        var keeper = (
            await api.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = owner.Password }))
            .Is(200).Text("tokens", "accessToken");
        (await api.SendAsync(HttpMethod.Post, $"{account.Url}/keys", new JsonObject { ["name"] = "mine" }, keeper))
            .IsProblem(403, "beyond-own-access");
        var harmless = (await ServiceAccount.CreateAsync(api, keeper, "service-accounts:write")).Is(201).Text("id");
        (await api.SendAsync(HttpMethod.Post, $"{ServiceAccount.Path}/{harmless}/keys", new JsonObject { ["name"] = "mine" }, keeper))
            .Is(201);
        (await api.SendAsync(HttpMethod.Delete, $"{account.Url}/keys/{account.KeyId}", token: keeper)).IsProblem(403, "beyond-own-access");
        (await account.SendAsync(HttpMethod.Post, $"{owner.Wallet}/deposits", Deposit("1"))).Is(201);
    }

    [Fact]
    public async Task V8_2_1_nobody_changes_or_enables_again_an_account_that_has_what_they_lack()
    {
        var owner = await api.RegisterAsync();
        var (strong, keeper) =
            (await ServiceAccount.CreateAsync(owner, "wallets:deposit"), await ServiceAccount.CreateAsync(owner, "service-accounts:write"));
        (await keeper.SendAsync(HttpMethod.Post, $"{strong.Url}/disable")).IsProblem(403, "beyond-own-access");
        (await keeper.SendAsync(HttpMethod.Patch, strong.Url, new JsonObject { ["name"] = "mine" })).IsProblem(403, "beyond-own-access");
        (await keeper.SendAsync(HttpMethod.Patch, strong.Url, Permissions("service-accounts:write"))).IsProblem(403, "beyond-own-access");
        (await owner.PostAsync($"{strong.Url}/disable", new JsonObject())).Is(200);
        (await keeper.SendAsync(HttpMethod.Post, $"{strong.Url}/enable")).IsProblem(403, "beyond-own-access");
        (await keeper.SendAsync(HttpMethod.Post, $"{strong.Url}/keys", new JsonObject { ["name"] = "mine" }))
            .IsProblem(403, "beyond-own-access");
        (await keeper.SendAsync(HttpMethod.Delete, $"{strong.Url}/keys/{strong.KeyId}")).IsProblem(403, "beyond-own-access");
        Assert.Equal("disabled", (await owner.GetAsync(strong.Url)).Is(200).Text("status"));

        // What is no stronger than the keeper is the keeper's to change.
        var weak = await ServiceAccount.CreateAsync(owner, "service-accounts:write");
        (await keeper.SendAsync(HttpMethod.Post, $"{weak.Url}/disable")).Is(200);
        (await keeper.SendAsync(HttpMethod.Post, $"{weak.Url}/enable")).Is(200);
        (await keeper.SendAsync(HttpMethod.Post, $"{weak.Url}/keys", new JsonObject { ["name"] = "rotated" })).Is(201);
        (await keeper.SendAsync(HttpMethod.Delete, $"{weak.Url}/keys/{weak.KeyId}")).Is(204);
    }

    [Theory]
    [InlineData("platform:write")]
    [InlineData("unicorns:ride")]
    [InlineData("*:*")]
    [InlineData("wallets:*")]
    [InlineData("wallets")]
    [InlineData("")]
    public async Task Permissions_of_the_platform_and_patterns_are_400(string permission) =>
        (await ServiceAccount.CreateAsync(api, (await api.RegisterAsync()).Token, permission)).IsProblem(400, "invalid-permissions");

    [Theory]
    [InlineData("id", "\"01932f3a-7c00-7000-8000-0000000000a1\"")]
    [InlineData("organisationId", "\"01932f3a-7c00-7000-8000-0000000000a1\"")]
    [InlineData("status", "\"active\"")]
    [InlineData("createdBy", "\"01932f3a-7c00-7000-8000-0000000000a1\"")]
    [InlineData("version", "7")]
    [InlineData("key", "\"pak_mine\"")]
    [InlineData("secretHash", "\"AAAA\"")]
    [InlineData("Permissions", "[\"users:write\"]")]
    public async Task V15_3_3_fields_that_are_not_the_callers_to_set_are_refused(string field, string value)
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "metrics:read");
        foreach (var (method, url, body) in new[]
        {
            (HttpMethod.Post, ServiceAccount.Path, new JsonObject { ["name"] = "a", ["permissions"] = new JsonArray("metrics:read") }),
            (HttpMethod.Patch, account.Url, new JsonObject { ["name"] = "a" }),
            (HttpMethod.Post, $"{account.Url}/keys", new JsonObject { ["name"] = "a" }),
        })
        {
            body[field] = JsonNode.Parse(value);
            (await api.SendAsync(method, url, body, owner.Token)).IsProblem(400, "unknown-field");
        }
    }

    [Fact]
    public async Task V8_4_1_an_account_of_another_organisation_is_404()
    {
        var (owner, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        var account = await ServiceAccount.CreateAsync(owner, "metrics:read");
        foreach (var (method, path, body) in new (HttpMethod, string, JsonObject?)[]
        {
            (HttpMethod.Get, account.Url, null), (HttpMethod.Patch, account.Url, new JsonObject { ["name"] = "mine" }),
            (HttpMethod.Post, $"{account.Url}/disable", null), (HttpMethod.Post, $"{account.Url}/enable", null),
            (HttpMethod.Get, $"{account.Url}/keys", null), (HttpMethod.Post, $"{account.Url}/keys", new JsonObject { ["name"] = "mine" }),
            (HttpMethod.Delete, $"{account.Url}/keys/{account.KeyId}", null),
        })
        {
            (await api.SendAsync(method, path, body, stranger.Token)).IsProblem(404, "not-found");
        }

        Assert.Empty((await stranger.GetAsync(ServiceAccount.Path)).Is(200).Json["items"]!.AsArray());
        (await account.GetAsync("/api/v1/metrics")).Is(200);
        (await account.GetAsync(stranger.Wallet)).IsProblem(403, "forbidden");
        var reader = await ServiceAccount.CreateAsync(owner, "wallets:read");
        (await reader.GetAsync(stranger.Wallet)).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task The_id_of_something_else_names_no_account_and_that_of_an_account_no_user()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "users:write", "activities:perform");
        (await owner.GetAsync($"{ServiceAccount.Path}/{owner.WalletId}")).IsProblem(404, "not-found");
        (await owner.PostAsync($"{ServiceAccount.Path}/{owner.UserId}/keys", new JsonObject { ["name"] = "a" }))
            .IsProblem(404, "not-found");
        (await owner.GetAsync($"/api/v1/users/{account.Id}")).IsProblem(404, "not-found");
        (await owner.PostAsync($"/api/v1/users/{account.Id}/enable", new JsonObject())).IsProblem(404, "not-found");
        (await account.SendAsync(HttpMethod.Patch, $"/api/v1/users/{account.Id}", new JsonObject { ["displayName"] = "I" }))
            .IsProblem(404, "not-found");
        (await account.SendAsync(HttpMethod.Post, "/api/v1/activities", new JsonObject { ["type"] = "report-generation" })).IsProblem(409);
        (await owner.GetAsync(account.Url)).Is(200);
    }

    [Fact]
    public async Task The_actor_of_what_an_account_does_is_the_account()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "wallets:deposit", "wallets:charge", "wallets:read");
        (await account.SendAsync(HttpMethod.Post, $"{owner.Wallet}/deposits", Deposit("5"))).Is(201);
        (await account.SendAsync(
            HttpMethod.Post, $"{owner.Wallet}/charges", new JsonObject { ["amount"] = Account.Money("2"), ["reason"] = "report" })).Is(201);
        (await owner.DepositAsync("1")).Is(201);
        var actors = (await owner.HistoryAsync()).Select(transaction => transaction["actorId"]!.GetValue<string>());
        Assert.Equal([owner.UserId, account.Id, account.Id], actors);
    }

    [Fact]
    public async Task An_organisation_that_demands_second_factors_demands_none_of_accounts()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "metrics:read", "organisation:write");
        // It is in its scope.
        (await account.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["requireMfa"] = true })).Is(200);
        (await owner.GetAsync("/api/v1/metrics")).IsProblem(403, "mfa-enrolment-required");
        (await account.GetAsync("/api/v1/metrics")).Is(200);
    }

    [Fact]
    public async Task Me_of_an_account_is_the_account()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "metrics:read");
        var me = (await account.GetAsync("/api/v1/auth/me")).Is(200).Json;
        Assert.Null(me["user"]);
        Assert.Equal(account.Id, me["serviceAccount"]!["id"]!.GetValue<string>());
        Assert.Equal(owner.OrganisationId, me["organisation"]!["id"]!.GetValue<string>());
        Assert.Equal("""["metrics:read"]""", me["permissions"]!.ToJsonString());
        Assert.Equal("""["service-account"]""", me["roles"]!.ToJsonString());
    }

    [Theory]
    [InlineData("POST", "/auth/logout")]
    [InlineData("POST", "/auth/logout-all")]
    [InlineData("GET", "/auth/sessions")]
    [InlineData("DELETE", "/auth/sessions/01932f3a-7c00-7000-8000-0000000000a1")]
    [InlineData("POST", "/auth/password/change")]
    [InlineData("POST", "/auth/email/verification")]
    [InlineData("POST", "/auth/email/change")]
    [InlineData("POST", "/auth/mfa/totp")]
    [InlineData("POST", "/organisation/owner")]
    public async Task V13_2_2_what_is_for_users_refuses_accounts(string method, string path)
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "access:grant", "service-accounts:write", "metrics:read");
        (await account.SendAsync(new HttpMethod(method), $"/api/v1{path}", new JsonObject { ["name"] = "more" }))
            .IsProblem(403, "users-only");
        (await account.GetAsync("/api/v1/metrics")).Is(200);
    }

    private static Task<Answer> PermitAsync(Account owner, ServiceAccount account, params string[] permissions) =>
        owner.Api.SendAsync(HttpMethod.Patch, account.Url, Permissions(permissions), owner.Token);

    private static JsonObject Permissions(params string[] permissions) =>
        new() { ["permissions"] = new JsonArray([.. permissions.Select(code => (JsonNode)code)]) };

    private static JsonObject Deposit(string amount) => new() { ["amount"] = Account.Money(amount), ["reference"] = "bank" };
}
