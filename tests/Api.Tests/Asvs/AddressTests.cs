using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Asvs;

/// <summary>
/// Other spellings of a URL or method reach the same route with the same checks, or nothing (ASVS 5.0, 4.1 and 8.3).
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class AddressTests(ApiFixture api, MarkedOrganisation marked) : IClassFixture<MarkedOrganisation>
{
    private const string Path = ServiceAccount.Path;

    [Theory]
    [InlineData("/api/v1/service-accounts")]
    [InlineData("/API/V1/SERVICE-ACCOUNTS")]
    [InlineData("/api/v1/Service-Accounts")]
    [InlineData("/api/v1/service-accounts/")]
    [InlineData("/api/v1/service-accounts//")]
    [InlineData("/api/v1/service-accounts?")]
    [InlineData("/api/v1/service-accounts#top")]
    [InlineData("//api/v1/service-accounts")]
    [InlineData("/api//v1/service-accounts")]
    [InlineData("/api/v1//service-accounts")]
    [InlineData("/api/v1%2Fservice-accounts")]
    [InlineData("/api/v1/%2Fservice-accounts")]
    [InlineData("/api%2fv1%2fservice-accounts")]
    [InlineData("/api/v1%252Fservice-accounts")]
    [InlineData("/api/v1\\service-accounts")]
    [InlineData("/api/v1/%5Cservice-accounts")]
    [InlineData("/api/v1/%73ervice-accounts")]
    [InlineData("/api/v1/service%2Daccounts")]
    [InlineData("/%61pi/v1/service-accounts")]
    [InlineData("/api/v1/./service-accounts")]
    [InlineData("/api/v1/auth/../service-accounts")]
    [InlineData("/api/v1/auth/login/../../service-accounts")]
    [InlineData("/api/v1/auth/login/%2e%2e/%2e%2e/service-accounts")]
    [InlineData("/api/v1/auth/login/..%2f..%2fservice-accounts")]
    [InlineData("/api/docs/../v1/service-accounts")]
    [InlineData("/api/docs/%2e%2e/v1/service-accounts")]
    [InlineData("/health/live/../../api/v1/service-accounts")]
    [InlineData("/../api/v1/service-accounts")]
    [InlineData("/api/v1/service-accounts;a=b")]
    [InlineData("/api/v1/service-accounts;/")]
    [InlineData("/api/v1;a=b/service-accounts")]
    [InlineData("/api/v1/auth/..;/service-accounts")]
    [InlineData("/api/v1/service-accounts.json")]
    [InlineData("/api/v1/service-accounts.css")]
    [InlineData("/api/v1/service-accounts/index.html")]
    [InlineData("/api/v1/service-accounts%20")]
    [InlineData("/api/v1/service-accounts%00")]
    [InlineData("/api/v1/service-accounts%00.css")]
    [InlineData("/api/v1/service-accounts%0a")]
    [InlineData("/api/v1/service-accounts%3F")]
    [InlineData("/api/v1/service-accounts%23")]
    [InlineData("http://evil.example/api/v1/service-accounts")]
    public async Task V8_3_1_another_spelling_of_a_url_reaches_the_route_with_its_checks_or_nothing(string target)
    {
        var (allowed, anonymous, refused) = (await AsAsync(marked.Owner.Token), await AsAsync(null), await AsAsync(marked.User.Token));
        Assert.DoesNotContain(marked.AccountId, anonymous.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(marked.AccountId, refused.Body, StringComparison.Ordinal);
        if (allowed.Status == 200)
        {
            Assert.Contains(marked.AccountId, allowed.Body, StringComparison.Ordinal);
            Assert.Equal((401, 403), (anonymous.Status, refused.Status));
        }
        else
        {
            Assert.All((int[])[allowed.Status, anonymous.Status, refused.Status], status =>
                Assert.Contains(status, (int[])[400, 401, 404]));
        }

        Task<Answer> AsAsync(string? token) => RawRequest.SendAsync(api.Address, "GET", target, token);
    }

    [Theory]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-Original-Path")]
    [InlineData("X-Forwarded-Path")]
    [InlineData("X-Forwarded-Prefix")]
    public async Task V4_1_3_no_header_changes_the_address(string header)
    {
        (await RawRequest.SendAsync(api.Address, "GET", "/api/v1/nothing", marked.Owner.Token, (header, Path))).Is(404);
        var health = (await RawRequest.SendAsync(api.Address, "GET", "/health/live", marked.Owner.Token, (header, Path))).Is(200);
        Assert.DoesNotContain("items", health.Body, StringComparison.Ordinal);
        (await RawRequest.SendAsync(api.Address, "GET", Path, null, (header, "/health/live"))).Is(401);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-HTTP-Method")]
    [InlineData("X-Method-Override")]
    [InlineData("_method")]
    public async Task V4_1_4_no_header_parameter_or_field_changes_the_method(string name)
    {
        var owner = await api.RegisterAsync();
        var reader = await api.AddUserAsync(owner, "viewer");
        var account = await ServiceAccount.CreateAsync(owner, "metrics:read");
        var key = $"{account.Url}/keys/{account.KeyId}";
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Patch })
        {
            (await api.SendAsync(method, key, token: owner.Token, headers: (name, "DELETE"))).IsProblem(405, "method-not-allowed");
            (await api.SendAsync(method, $"{key}?{name}=DELETE", token: owner.Token)).IsProblem(405, "method-not-allowed");
        }

        (await account.GetAsync("/api/v1/metrics")).Is(200);
        (await api.SendAsync(HttpMethod.Get, account.Url, token: owner.Token, headers: (name, "PATCH"))).Is(200);
        var dealer = new JsonObject { ["name"] = "Mine" };
        (await api.SendAsync(HttpMethod.Post, "/api/v1/dealers", dealer, reader.Token, null, (name, "GET"))).IsProblem(403, "forbidden");
        (await api.SendAsync(HttpMethod.Get, "/api/v1/dealers", null, reader.Token, null, (name, "POST"))).Is(200);
        dealer[name] = "GET";
        (await api.SendAsync(HttpMethod.Post, "/api/v1/dealers", dealer, owner.Token)).IsProblem(400, "unknown-field");
        Assert.Empty((await owner.GetAsync("/api/v1/dealers")).Is(200).Json["items"]!.AsArray());
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("GETS")]
    [InlineData("PROPFIND")]
    [InlineData("DEBUG")]
    public async Task V4_1_4_a_method_that_the_route_does_not_support_shows_nothing(string method)
    {
        foreach (var token in new[] { null, marked.Owner.Token })
        {
            var answer = await RawRequest.SendAsync(api.Address, method, Path, token);
            Assert.Contains(answer.Status, (int[])[400, 401, 404, 405, 501]);
            Assert.DoesNotContain("items", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task V4_1_4_a_method_in_another_case_reaches_the_same_route_with_the_same_checks()
    {
        var owner = await api.RegisterAsync();
        var reader = await api.AddUserAsync(owner, "viewer");
        (await RawRequest.SendAsync(api.Address, "get", Path, null)).Is(401);
        (await RawRequest.SendAsync(api.Address, "gEt", Path, reader.Token)).Is(403);
        (await RawRequest.SendAsync(api.Address, "post", $"/api/v1/users/{reader.UserId}/enable", reader.Token, ("Content-Length", "0")))
            .Is(403);
        (await RawRequest.SendAsync(api.Address, "post", $"/api/v1/users/{reader.UserId}/enable", null, ("Content-Length", "0"))).Is(401);
    }

    [Fact]
    public async Task V8_3_1_the_id_in_a_url_is_the_id_that_is_checked_in_any_spelling()
    {
        var owner = await api.RegisterAsync();
        var (user, other) = (await api.AddUserAsync(owner), await api.AddUserAsync(owner));
        foreach (var id in new[]
        {
            other.WalletId.ToUpperInvariant(), other.WalletId.Replace("-", "", StringComparison.Ordinal), $"{{{other.WalletId}}}",
            $"({other.WalletId})", $"{other.WalletId}%20", $"{user.WalletId}%2F..%2F{other.WalletId}",
            $"{user.WalletId}/../{other.WalletId}", $"{user.WalletId};{other.WalletId}", $"{user.WalletId},{other.WalletId}",
        })
        {
            var answer = await RawRequest.SendAsync(api.Address, "GET", $"/api/v1/wallets/{id}", user.Token);
            Assert.Contains(answer.Status, (int[])[403, 404]);
            Assert.DoesNotContain("balance", answer.Body, StringComparison.Ordinal);
        }

        (await RawRequest.SendAsync(api.Address, "GET", $"/api/v1/wallets/{user.WalletId.ToUpperInvariant()}", user.Token)).Is(200);
    }
}
