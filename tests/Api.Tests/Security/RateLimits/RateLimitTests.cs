using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Security.RateLimits;

/// <summary>Rate limits as clients see them, over one process and over two.</summary>
public sealed partial class RateLimitTests(RateLimitFixture api) : IClassFixture<RateLimitFixture>
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task Every_answer_to_a_limited_route_has_the_policy_and_the_remaining_quota()
    {
        var address = api.NewAddress();
        (string Name, string Value) from = ("X-Forwarded-For", address);
        Answer[] answers =
        [
            (await api.SendAsync(api.Behind, HttpMethod.Get, Me, headers: from)).Is(401),
            (await api.SendAsync(api.Behind, HttpMethod.Get, Me, token: "not.a.token", headers: from)).Is(401),
            (await api.SendAsync(api.Behind, HttpMethod.Get, "/API/V1/Auth/ME", headers: from)).Is(401),
            (await api.SendAsync(api.Behind, HttpMethod.Get, "/api/v1/nothing", headers: from)).Is(404),
            (await api.SendAsync(api.Behind, HttpMethod.Delete, "/api/v1/auth/login", headers: from)).Is(405),
            (await api.SendAsync(api.Behind, HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["unknown"] = 1 }, headers: from))
                .Is(400),
            (await api.SendAsync(api.Behind, HttpMethod.Post, "/api/v1/auth/login", headers: from)).Is(415),
            (await api.SendAsync(api.Behind, HttpMethod.Get, $"{Me}?{new string('x', 10_000)}", headers: from)).Is(414),
            (await api.SendAsync(api.Behind, HttpMethod.Get, Me, headers: [from, ("X-Filler", new string('x', 40_000))])).Is(431),
            (await api.LoginAsync(address, "admin@platform.local", RateLimitFixture.AdminPassword)).Is(200),
            (await api.SendAsync(api.Behind, HttpMethod.Get, Me, headers: from)).Is(429),
        ];

        Assert.All(answers, answer => Assert.Equal("\"ip\";q=10;w=60", answer.Header("RateLimit-Policy")));
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0], answers.Select(answer => Limit(answer).Remaining));
        Assert.All(answers, answer => Assert.InRange(Limit(answer).Reset, 1, 60));
        Assert.Equal(answers.Select(answer => Limit(answer).Reset).OrderDescending(), answers.Select(answer => Limit(answer).Reset));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/api/docs/v1/openapi.json")]
    public async Task Unlimited_routes_have_no_rate_limit_headers(string path)
    {
        var answer = (await api.SendAsync(api.Behind, HttpMethod.Get, path, headers: ("X-Forwarded-For", api.NewAddress()))).Is(200);
        Assert.Null(answer.Header("RateLimit"));
        Assert.Null(answer.Header("RateLimit-Policy"));
    }

    [Fact]
    public async Task A_stolen_token_cannot_use_up_the_quota_that_its_user_needs_to_revoke_it()
    {
        var address = api.NewAddress();
        var stolen = await api.RegisterAsync();
        var email = (await SendAsync(HttpMethod.Get, Me, stolen)).Is(200).Text("user", "email");
        var own = (await api.LoginAsync(address, email, "a long password")).Is(200).Text("tokens", "accessToken");
        while ((await SendAsync(HttpMethod.Get, Me, stolen)).Status != 429)
        {
        }

        for (var attempt = 0; attempt < RateLimitFixture.PerRevoker; attempt++)
        {
            var gone = await SendAsync(HttpMethod.Delete, $"/api/v1/auth/sessions/{Guid.Empty}", stolen);
            Assert.Equal($"\"revoke\";q={RateLimitFixture.PerRevoker};w=60", gone.IsProblem(404).Header("RateLimit-Policy"));
        }

        (await SendAsync(HttpMethod.Post, "/api/v1/auth/logout-all", stolen)).IsProblem(429, "rate-limited");
        (await SendAsync(HttpMethod.Get, Me, own)).IsProblem(429, "rate-limited");
        (await SendAsync(HttpMethod.Post, "/api/v1/auth/logout-all", own)).Is(204);
        (await SendAsync(HttpMethod.Get, "/api/v1/auth/sessions", stolen)).IsProblem(429);

        Task<Answer> SendAsync(HttpMethod method, string path, string token) =>
            api.SendAsync(api.Behind, method, path, token: token, headers: ("X-Forwarded-For", address));
    }

    [Fact]
    public async Task Signed_in_callers_are_counted_by_user_and_not_by_address()
    {
        var (one, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        var address = api.NewAddress();
        for (var remaining = RateLimitFixture.PerUser - 1; remaining > 80; remaining--)
        {
            var answer = (await api.SendAsync(api.Behind, HttpMethod.Get, Me, token: one, headers: ("X-Forwarded-For", address))).Is(200);
            Assert.Equal("\"user\";q=100;w=60", answer.Header("RateLimit-Policy"));
            Assert.Equal(("user", remaining), (Limit(answer).Policy, Limit(answer).Remaining));
        }

        Assert.Equal(99, Limit(await api.SendAsync(api.Behind, HttpMethod.Get, Me, token: other)).Remaining);
        Assert.Equal(9, Limit(await api.AskAsync(address)).Remaining);
    }

    [Fact]
    public async Task V6_3_1_guesses_at_a_password_end_with_429_even_for_the_right_one()
    {
        var token = await api.RegisterAsync();
        var address = api.NewAddress();
        for (var i = 0; i < RateLimitFixture.PerIp; i++)
        {
            (await api.LoginAsync(address, "admin@platform.local", $"a wrong password {i}")).IsProblem(401, "invalid-credentials");
        }

        var refused = (await api.LoginAsync(address, "admin@platform.local", RateLimitFixture.AdminPassword))
            .IsProblem(429, "rate-limited");
        Assert.Equal("https://iana.org/assignments/http-problem-types#quota-exceeded", refused.Text("type"));
        Assert.Equal(["ip"], refused.Json["violated-policies"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal($"{Limit(refused).Reset}", refused.Header("Retry-After"));
        Assert.Equal(0, Limit(refused).Remaining);
        Assert.InRange(Limit(refused).Reset, 1, 60);

        // An own token gives no further guesses, but a signed-in user can keep working from this address.
        (await api.LoginAsync(address, "admin@platform.local", RateLimitFixture.AdminPassword, token)).IsProblem(429, "rate-limited");
        (await api.SendAsync(api.Behind, HttpMethod.Get, Me, token: token, headers: ("X-Forwarded-For", address))).Is(200);
    }

    [Fact]
    public async Task V2_4_1_of_300_requests_at_once_exactly_the_quota_passes()
    {
        var token = await api.RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => api.SendAsync(api.Behind, HttpMethod.Get, Me, token: token)));
        IsExactlyTheQuota(answers);
    }

    [Fact]
    public async Task V2_4_1_a_second_process_adds_nothing_to_the_quota()
    {
        var token = await api.RegisterAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 300).Select(i => api.SendAsync(i % 2 == 0 ? api.Behind : api.Bare, HttpMethod.Get, Me, token: token)));
        IsExactlyTheQuota(answers);
        (await api.SendAsync(api.Behind, HttpMethod.Get, Me, token: token)).Is(429);
        (await api.SendAsync(api.Bare, HttpMethod.Get, Me, token: token)).Is(429);
    }

    [Fact]
    public async Task V4_1_3_a_client_that_is_not_a_proxy_cannot_choose_its_address()
    {
        for (var i = 0; i < RateLimitFixture.PerIp; i++)
        {
            (await api.AskAsync(api.NewAddress(), api.Bare)).Is(401);
        }

        foreach (var claim in (string[])[api.NewAddress(), "127.0.0.1", "2001:db8::1", "not an address", ""])
        {
            (await api.SendAsync(
                api.Bare, HttpMethod.Get, Me,
                headers: [("X-Forwarded-For", claim), ("X-Real-IP", claim), ("Forwarded", $"for={claim}"), ("X-Original-For", claim)]))
                    .IsProblem(429, "rate-limited");
        }
    }

    [Fact]
    public async Task V15_3_4_behind_proxies_the_last_untrusted_address_counts()
    {
        var address = api.NewAddress();
        for (var i = 0; i < RateLimitFixture.PerIp; i++)
        {
            (await api.AskAsync($"{api.NewAddress()}, 10.9.0.1, {address}, 10.9.7.{i}")).Is(401);
        }

        foreach (var start in (string[])["", $"{api.NewAddress()}, ", "10.9.0.1, ", "garbage, "])
        {
            (await api.AskAsync($"{start}{address}")).Is(429);
            (await api.AskAsync($"{start}{address}, 10.9.1.1, 10.9.1.2")).Is(429);
        }

        (await api.AskAsync($"{address}, {api.NewAddress()}, 10.9.1.1")).Is(401);
    }

    [Fact]
    public async Task V15_3_4_the_addresses_of_one_ipv6_network_share_a_quota()
    {
        for (var i = 0; i < RateLimitFixture.PerIp; i++)
        {
            (await api.AskAsync($"2001:db8:7:7:{i:x}::{i:x}")).Is(401);
        }

        (await api.AskAsync("2001:db8:7:7:ffff::1")).Is(429);
        (await api.AskAsync("2001:db8:7:8::1")).Is(401);
    }

    [Fact]
    public async Task After_the_window_the_whole_quota_is_available_again()
    {
        var address = api.NewAddress();
        await Eventually.HoldsAsync(
            async () => (await api.AskAsync(address, api.Short)).Status == 429, TimeSpan.FromSeconds(30), "the quota is used up");
        Answer? first = null;
        await Eventually.HoldsAsync(
            async () => (first = await api.AskAsync(address, api.Short)).Status == 401, TimeSpan.FromSeconds(30), "requests pass again");
        Assert.Equal((RateLimitFixture.ShortQuota - 1, 2), (Limit(first!).Remaining, Limit(first!).Reset));
    }

    [Fact]
    public async Task Browsers_may_read_the_headers()
    {
        var answer = await api.SendAsync(
            api.Behind, HttpMethod.Get, Me, headers: [("X-Forwarded-For", api.NewAddress()), ("Origin", "https://app.example")]);
        var exposed = answer.Header("Access-Control-Expose-Headers")!.Split(',');
        Assert.All((string[])["RateLimit", "RateLimit-Policy", "Retry-After"], name => Assert.Contains(name, exposed));
    }

    [Fact]
    public async Task Warming_up_uses_nothing_of_the_admins_quota()
    {
        var token = (await api.LoginAsync(api.NewAddress(), "admin@platform.local", RateLimitFixture.AdminPassword)).Is(200)
            .Text("tokens", "accessToken");
        Assert.Equal(99, Limit((await api.SendAsync(api.Behind, HttpMethod.Get, Me, token: token)).Is(200)).Remaining);
    }

    private static void IsExactlyTheQuota(Answer[] answers)
    {
        Assert.Equal(RateLimitFixture.PerUser, answers.Count(answer => answer.Status == 200));
        Assert.Equal(Enumerable.Range(0, 100),
            answers.Where(answer => answer.Status == 200).Select(answer => Limit(answer).Remaining).Order());
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(429, "rate-limited"));
    }

    private static (string Policy, int Remaining, int Reset) Limit(Answer answer)
    {
        var match = Shape().Match(answer.Header("RateLimit") ?? "");
        Assert.True(match.Success, $"{answer.Status} without a limit: {answer.Header("RateLimit")}");
        return (match.Groups[1].Value, Number(match.Groups[2]), Number(match.Groups[3]));
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^"([a-z-]+)";r=([0-9]+);t=([0-9]+)$""")]
    private static partial Regex Shape();
}

/// <summary>Rate limits that are turned off.</summary>
[Collection(ApiCollection.Name)]
public sealed class RateLimitsOffTests(ApiFixture api)
{
    [Fact]
    public async Task Nothing_is_counted_or_reported()
    {
        var answer = (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me")).Is(401);
        Assert.Null(answer.Header("RateLimit"));
        Assert.Null(answer.Header("RateLimit-Policy"));
    }
}
