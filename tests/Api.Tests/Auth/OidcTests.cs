using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Auth;

/// <summary>Signing in at a real, certified OpenID provider. Names begin with the requirement of OWASP ASVS 5.0 where there is one.</summary>
[Collection(SsoCollection.Name)]
public sealed class OidcTests(SsoFixture sso)
{
    private static int people;

    [Theory]
    [InlineData("rsa")]
    [InlineData("ec")]
    public async Task Who_is_new_gets_an_account_and_finds_it_again(string provider)
    {
        var who = NewPerson();
        using var browser = new Browser(sso);
        var first = (await browser.SignInAsync(provider, who)).Is(200);
        Assert.Equal("no-store", first.Header("Cache-Control"));
        var me = await sso.MeAsync(first.Text("tokens", "accessToken"));
        Assert.Equal(who, me.Text("user", "email"));
        Assert.Equal($"Name of {who}", me.Text("user", "displayName"));
        Assert.Equal("subUser", me.Text("user", "tier"));
        Assert.Equal(SsoFixture.OrganisationId.ToString(), me.Text("organisation", "id"));

        using var another = new Browser(sso);
        var second = (await another.SignInAsync(provider, who)).Is(200);
        Assert.Equal(me.Text("user", "id"), (await sso.MeAsync(second.Text("tokens", "accessToken"))).Text("user", "id"));
    }

    [Fact]
    public async Task Groups_set_the_roles_at_each_sign_in()
    {
        var who = $"staff.{NewPerson()}";
        using var browser = new Browser(sso);
        var tokens = (await browser.SignInAsync("rsa", who)).Is(200);
        var me = await sso.MeAsync(tokens.Text("tokens", "accessToken"));
        Assert.Equal("admin", Assert.Single(me.Json["user"]!["grants"]!.AsArray())!["role"]!.GetValue<string>());
        using var later = new Browser(sso);
        tokens = (await later.SignInAsync("rsa", who)).Is(200);

        // What has not changed is not written again: it would end what others know of the user's permissions.
        Assert.Equal(
            me.Json["user"]!["version"]!.GetValue<long>(), (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Json["user"]!["version"]!.GetValue<long>());
    }

    [Fact]
    public async Task Groups_of_one_organisation_say_nothing_about_a_user_of_another()
    {
        var person = NewPerson();
        var token = await sso.RegisterAsync(person);
        using var browser = new Browser(sso);
        (await browser.GetAsync(await LinkAsync(browser, "rsa", token, $"staff.{person}"))).Is(200);
        using var later = new Browser(sso);
        var tokens = (await later.SignInAsync("rsa", $"staff.{person}")).Is(200);
        Assert.Empty((await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Json["user"]!["grants"]!.AsArray());
    }

    [Fact]
    public async Task Of_two_first_sign_ins_at_once_one_account_comes()
    {
        var who = NewPerson();
        var users = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var browser = new Browser(sso);
            var tokens = (await browser.SignInAsync("rsa", who)).Is(200);
            return (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Text("user", "id");
        }));
        Assert.Single(users.Distinct());
    }

    [Fact]
    public async Task V10_4_2_a_ticket_is_exchanged_once()
    {
        using var browser = new Browser(sso);
        var back = (await browser.SignInAsync("rsa", NewPerson(), SsoFixture.ReturnUrl)).Is(302);
        var address = new Uri(back.Header("Location")!);
        Assert.StartsWith(SsoFixture.ReturnUrl + "&ticket=", address.AbsoluteUri, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", address.AbsoluteUri, StringComparison.Ordinal);
        var ticket = Browser.Query(address, "ticket");
        var tries = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RedeemAsync(ticket)));
        var tokens = Assert.Single(tries, answer => answer.Status == 200);
        await sso.MeAsync(tokens.Text("tokens", "accessToken"));
        Assert.All(tries.Where(answer => answer.Status != 200), answer => answer.IsProblem(401, "invalid-ticket"));
        foreach (var wrong in new[] { "", "x", ticket[..^2] + "AA", new string('A', 9000), "\u00e9" })
        {
            (await RedeemAsync(wrong)).IsProblem(401, "invalid-ticket");
        }
    }

    [Fact]
    public async Task Who_cancels_at_the_provider_is_told_so_and_nothing_of_the_provider()
    {
        using var browser = new Browser(sso);
        var answer = (await browser.SignInAsync("rsa", "cancel")).IsProblem(401, "sign-on-cancelled");
        Assert.DoesNotContain("raw text", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task V10_1_2_an_answer_is_taken_only_from_the_browser_that_began()
    {
        using var victim = new Browser(sso);
        using var attacker = new Browser(sso);
        var attackers = await attacker.SignInThereAsync(await attacker.StartAsync("rsa"), NewPerson());
        (await victim.GetAsync(attackers)).IsProblem(400, "invalid-state");

        // Also where the victim has a sign-in of their own under way, and has the attacker's state under its own cookie.
        var own = await victim.StartAsync("rsa");
        (await victim.GetAsync(attackers)).IsProblem(400, "invalid-state");
        var cookie = victim.CookieHeader[(victim.CookieHeader.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var name = $"sso-{Browser.Query(attackers, "state")[..16]}";
        (await sso.SendAsync(HttpMethod.Get, attackers.PathAndQuery, cookie: $"{name}={cookie}")).IsProblem(400, "invalid-state");
        Assert.NotEqual(Browser.Query(own, "state"), Browser.Query(attackers, "state"));
        (await attacker.GetAsync(attackers)).Is(200);
    }

    [Fact]
    public async Task V10_1_2_a_state_that_is_missing_other_or_doubled_is_refused()
    {
        using var browser = new Browser(sso);
        var callback = await browser.SignInThereAsync(await browser.StartAsync("rsa"), NewPerson());
        var state = Browser.Query(callback, "state");
        foreach (var other in new[] { "", "&state=", $"&state={state}&state={state}", $"&state={state[1..]}A", $"&state={state[..^1]}" })
        {
            var address = callback.PathAndQuery.Replace($"&state={state}", other, StringComparison.Ordinal);
            Assert.NotEqual(callback.PathAndQuery, address);
            (await browser.GetAsync(new Uri(address, UriKind.Relative))).IsProblem(400, "invalid-state");
        }

        // A state of one provider does not end a sign-in at another.
        (await browser.GetAsync(new Uri(callback.PathAndQuery.Replace("/rsa/", "/ec/", StringComparison.Ordinal), UriKind.Relative)))
            .IsProblem(400, "invalid-state");
    }

    [Fact]
    public async Task A_callback_ends_one_sign_in_once()
    {
        using var browser = new Browser(sso);
        var callback = await browser.SignInThereAsync(await browser.StartAsync("rsa"), NewPerson());
        var cookie = browser.CookieHeader;
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => sso.SendAsync(HttpMethod.Get, callback.PathAndQuery, cookie: cookie)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(400, "invalid-state"));
    }

    [Fact]
    public async Task V10_2_1_a_code_of_another_sign_in_does_not_fit_the_verifier()
    {
        using var victim = new Browser(sso);
        using var attacker = new Browser(sso);
        var stolen = Browser.Query(await victim.SignInThereAsync(await victim.StartAsync("rsa"), NewPerson()), "code");
        var own = await attacker.SignInThereAsync(await attacker.StartAsync("rsa"), NewPerson());
        var injected = own.PathAndQuery.Replace(Browser.Query(own, "code"), stolen, StringComparison.Ordinal);
        (await attacker.GetAsync(new Uri(injected, UriKind.Relative))).IsProblem(401, "sign-on-refused");
    }

    [Fact]
    public async Task V10_1_2_state_nonce_and_challenge_are_new_each_time_and_kept_where_no_page_can_read_them()
    {
        using var browser = new Browser(sso);
        var (first, second) = (await browser.StartAsync("rsa"), await browser.StartAsync("rsa"));
        foreach (var name in new[] { "state", "nonce", "code_challenge" })
        {
            Assert.Equal(43, Browser.Query(first, name).Length);
            Assert.NotEqual(Browser.Query(first, name), Browser.Query(second, name));
        }

        Assert.Equal("S256", Browser.Query(first, "code_challenge_method"));
        Assert.Equal("code", Browser.Query(first, "response_type"));
        var start = new Uri("/api/v1/auth/oidc/rsa/start", UriKind.Relative);
        var plain = (await browser.GetAsync(start)).Header("Set-Cookie")!;
        Assert.Matches("^sso-[A-Za-z0-9_-]{16}=[A-Za-z0-9_-]+; max-age=600; path=/; samesite=lax; httponly$", plain);
        var secure = (await browser.GetAsync(start, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1"))).Header("Set-Cookie")!;
        Assert.Matches("^__Host-sso-[A-Za-z0-9_-]{16}=[A-Za-z0-9_-]+; max-age=600; path=/; secure; samesite=lax; httponly$", secure);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/relative")]
    [InlineData("")]
    [InlineData("https://app.example.test/signed-in")]
    [InlineData("https://app.example.test/signed-in?from=platform&x=1")]
    [InlineData("https://app.example.test/signed-in?from=platform#x")]
    [InlineData("HTTPS://app.example.test/signed-in?from=platform")]
    [InlineData("https://app.example.test@evil.example/signed-in?from=platform")]
    [InlineData("https://app.example.test/signed-in?from=platform\r\nX: y")]
    [InlineData("javascript:alert(1)")]
    public async Task V3_7_2_nobody_is_sent_to_an_address_that_is_not_allowed(string returnTo) =>
        (await sso.SendAsync(HttpMethod.Get, $"/api/v1/auth/oidc/rsa/start?returnTo={Uri.EscapeDataString(returnTo)}")).IsProblem(400, "invalid-return-url");

    [Theory]
    [InlineData("/api/v1/auth/oidc/nobody/start")]
    [InlineData("/api/v1/auth/oidc/nobody/callback?code=a&state=b")]
    [InlineData("/api/v1/auth/oidc/RSA/start")]
    public async Task A_provider_that_is_not_configured_is_404(string path) => (await sso.SendAsync(HttpMethod.Get, path)).IsProblem(404, "not-found");

    [Fact]
    public async Task V6_8_1_the_address_of_an_account_does_not_take_it_over()
    {
        var who = NewPerson();
        var token = await sso.RegisterAsync(who);
        foreach (var provider in new[] { "rsa", "ec", "closed" })
        {
            using var browser = new Browser(sso);
            var refused = (await browser.SignInAsync(provider, who)).IsProblem(409, "account-link-required");
            Assert.DoesNotContain("accessToken", refused.Body, StringComparison.Ordinal);
        }

        Assert.Empty((await IdentitiesAsync(token)).AsArray());
        var still = await sso.PostAsync("/api/v1/auth/login", new JsonObject { ["email"] = who, ["password"] = "a long password" });
        still.Is(200);
    }

    [Fact]
    public async Task An_address_that_nobody_has_verified_makes_no_account_and_tells_nothing()
    {
        var who = NewPerson();
        await sso.RegisterAsync(who);
        using var browser = new Browser(sso);
        (await browser.SignInAsync("rsa", $"unverified.{who}")).IsProblem(403, "no-account");
        using var another = new Browser(sso);
        (await another.SignInAsync("rsa", $"unverified.{NewPerson()}")).IsProblem(403, "no-account");
    }

    [Fact]
    public async Task Who_is_new_gets_no_account_where_none_is_made()
    {
        using var browser = new Browser(sso);
        (await browser.SignInAsync("closed", NewPerson())).IsProblem(403, "no-account");
        using var foreigner = new Browser(sso);
        (await foreigner.SignInAsync("ec", $"p{Interlocked.Increment(ref people)}@elsewhere.test")).IsProblem(403, "no-account");
    }

    [Fact]
    public async Task A_user_links_sees_and_unlinks_their_identities()
    {
        var who = NewPerson();
        var token = await sso.RegisterAsync(who);
        using var browser = new Browser(sso);
        (await browser.GetAsync(await LinkAsync(browser, "rsa", token, who))).Is(200);
        var me = await sso.MeAsync(token);
        using var later = new Browser(sso);
        var tokens = (await later.SignInAsync("closed", who)).Is(200);
        Assert.Equal(me.Text("user", "id"), (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Text("user", "id"));

        var identity = Assert.Single((await IdentitiesAsync(token)).AsArray())!;
        Assert.Equal("rsa", identity["provider"]!.GetValue<string>());
        Assert.Equal(who, identity["subject"]!.GetValue<string>());
        Assert.Equal(sso.Provider.Issuer.ToString().TrimEnd('/'), identity["issuer"]!.GetValue<string>());
        var id = identity["id"]!.GetValue<string>();

        // Another user, of whatever organisation, neither sees nor ends it.
        var stranger = await sso.RegisterAsync(NewPerson());
        Assert.Empty((await IdentitiesAsync(stranger)).AsArray());
        (await sso.SendAsync(HttpMethod.Delete, $"/api/v1/auth/identities/{id}", token: stranger)).IsProblem(404, "not-found");
        (await sso.SendAsync(HttpMethod.Delete, $"/api/v1/auth/identities/{id}")).IsProblem(401, "unauthenticated");

        (await sso.SendAsync(HttpMethod.Delete, $"/api/v1/auth/identities/{id}", token: token)).Is(204);
        (await sso.SendAsync(HttpMethod.Delete, $"/api/v1/auth/identities/{id}", token: token)).IsProblem(404, "not-found");
        Assert.Empty((await IdentitiesAsync(token)).AsArray());
        using var afterwards = new Browser(sso);
        (await afterwards.SignInAsync("rsa", who)).IsProblem(409, "account-link-required");
    }

    [Fact]
    public async Task An_identity_is_linked_to_one_account()
    {
        var who = NewPerson();
        var first = await sso.RegisterAsync(NewPerson());
        var second = await sso.RegisterAsync(NewPerson());
        using var browser = new Browser(sso);
        (await browser.GetAsync(await LinkAsync(browser, "rsa", first, who))).Is(200);
        using var again = new Browser(sso);
        (await again.GetAsync(await LinkAsync(again, "rsa", first, who))).Is(200);
        using var other = new Browser(sso);
        (await other.GetAsync(await LinkAsync(other, "rsa", second, who))).IsProblem(409, "identity-taken");
        Assert.Single((await IdentitiesAsync(first)).AsArray());
        Assert.Empty((await IdentitiesAsync(second)).AsArray());
    }

    [Fact]
    public async Task V10_1_2_nobody_is_led_to_link_their_identity_to_the_account_of_another()
    {
        var attackers = await sso.RegisterAsync(NewPerson());
        using var attacker = new Browser(sso);
        var authorization = await AuthorizationAsync(attacker, "rsa", attackers);
        using var victim = new Browser(sso);
        (await victim.GetAsync(await victim.SignInThereAsync(authorization, NewPerson()))).IsProblem(400, "invalid-state");
        Assert.Empty((await IdentitiesAsync(attackers)).AsArray());
        (await sso.SendAsync(HttpMethod.Post, "/api/v1/auth/oidc/rsa/link")).IsProblem(401, "unauthenticated");
    }

    private static string NewPerson() => $"person{Interlocked.Increment(ref people)}@example.test";

    private Task<Answer> RedeemAsync(string ticket) => sso.PostAsync("/api/v1/auth/oidc/ticket", new JsonObject { ["ticket"] = ticket });

    private async Task<JsonNode> IdentitiesAsync(string token) =>
        (await sso.SendAsync(HttpMethod.Get, "/api/v1/auth/identities", token: token)).Is(200).Json["items"]!;

    private static async Task<Uri> AuthorizationAsync(Browser browser, string provider, string token) => new(
        (await browser.SendAsync(HttpMethod.Post, new Uri($"/api/v1/auth/oidc/{provider}/link", UriKind.Relative), ("Authorization", $"Bearer {token}")))
        .Is(200).Text("authorizationUrl"));

    private static async Task<Uri> LinkAsync(Browser browser, string provider, string token, string who) =>
        await browser.SignInThereAsync(await AuthorizationAsync(browser, provider, token), who);
}
