using System.Text.Json.Nodes;
using Platform.Api.Tests.Identity.External;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>
/// Redirects to a real OpenID provider and back, with attempts to manipulate them. Test names begin with the requirement of OWASP ASVS
/// 5.0, if there is one.
/// </summary>
[Collection(SsoCollection.Name)]
public sealed class OidcTests(SsoFixture sso)
{
    [Fact]
    public async Task V10_4_2_a_ticket_can_be_exchanged_only_once()
    {
        using var browser = new Browser(sso);
        var back = (await browser.SignInAsync("rsa", SsoFixture.NewPerson(), SsoFixture.ReturnUrl)).Is(302);
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
    public async Task Cancelling_at_the_provider_is_reported_without_text_from_the_provider()
    {
        using var browser = new Browser(sso);
        var answer = (await browser.SignInAsync("rsa", "cancel")).IsProblem(401, "sign-on-cancelled");
        Assert.DoesNotContain("raw text", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task V10_1_2_a_response_is_accepted_only_from_the_browser_that_started()
    {
        using var victim = new Browser(sso);
        using var attacker = new Browser(sso);
        var attackers = await attacker.SignInThereAsync(await attacker.StartAsync("rsa"), SsoFixture.NewPerson());
        (await victim.GetAsync(attackers)).IsProblem(400, "invalid-state");

        // Even if the victim has a sign-in in progress, and the attacker's state with that cookie.
        var own = await victim.StartAsync("rsa");
        (await victim.GetAsync(attackers)).IsProblem(400, "invalid-state");
        var cookie = victim.CookieHeader[(victim.CookieHeader.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var name = $"sso-{Browser.Query(attackers, "state")[..16]}";
        (await sso.SendAsync(HttpMethod.Get, attackers.PathAndQuery, cookie: $"{name}={cookie}")).IsProblem(400, "invalid-state");
        Assert.NotEqual(Browser.Query(own, "state"), Browser.Query(attackers, "state"));
        (await attacker.GetAsync(attackers)).Is(200);
    }

    [Fact]
    public async Task V10_1_2_a_missing_wrong_or_duplicate_state_is_refused()
    {
        using var browser = new Browser(sso);
        var callback = await browser.SignInThereAsync(await browser.StartAsync("rsa"), SsoFixture.NewPerson());
        var state = Browser.Query(callback, "state");
        foreach (var other in new[] { "", "&state=", $"&state={state}&state={state}", $"&state={state[1..]}A", $"&state={state[..^1]}" })
        {
            var address = callback.PathAndQuery.Replace($"&state={state}", other, StringComparison.Ordinal);
            Assert.NotEqual(callback.PathAndQuery, address);
            (await browser.GetAsync(new Uri(address, UriKind.Relative))).IsProblem(400, "invalid-state");
        }

        // A state of one provider does not complete a sign-in at another.
        (await browser.GetAsync(new Uri(callback.PathAndQuery.Replace("/rsa/", "/ec/", StringComparison.Ordinal), UriKind.Relative)))
            .IsProblem(400, "invalid-state");
    }

    [Fact]
    public async Task A_callback_completes_a_sign_in_only_once()
    {
        using var browser = new Browser(sso);
        var callback = await browser.SignInThereAsync(await browser.StartAsync("rsa"), SsoFixture.NewPerson());
        var cookie = browser.CookieHeader;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => sso.SendAsync(HttpMethod.Get, callback.PathAndQuery, cookie: cookie)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(400, "invalid-state"));
    }

    [Fact]
    public async Task V10_2_1_a_code_of_another_sign_in_does_not_match_the_verifier()
    {
        using var victim = new Browser(sso);
        using var attacker = new Browser(sso);
        var stolen = Browser.Query(await victim.SignInThereAsync(await victim.StartAsync("rsa"), SsoFixture.NewPerson()), "code");
        var own = await attacker.SignInThereAsync(await attacker.StartAsync("rsa"), SsoFixture.NewPerson());
        var injected = own.PathAndQuery.Replace(Browser.Query(own, "code"), stolen, StringComparison.Ordinal);
        (await attacker.GetAsync(new Uri(injected, UriKind.Relative))).IsProblem(401, "sign-on-refused");
    }

    [Fact]
    public async Task V10_1_2_state_nonce_and_challenge_are_new_each_time_and_unreadable_for_pages()
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
        var secure = (await browser.GetAsync(start, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1")))
            .Header("Set-Cookie")!;
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
    public async Task V3_7_2_nobody_is_redirected_to_an_address_that_is_not_allowed(string returnTo) =>
        (await sso.SendAsync(HttpMethod.Get, $"/api/v1/auth/oidc/rsa/start?returnTo={Uri.EscapeDataString(returnTo)}"))
            .IsProblem(400, "invalid-return-url");

    [Theory]
    [InlineData("/api/v1/auth/oidc/nobody/start")]
    [InlineData("/api/v1/auth/oidc/nobody/callback?code=a&state=b")]
    [InlineData("/api/v1/auth/oidc/RSA/start")]
    public async Task A_provider_that_is_not_configured_is_404(string path) =>
        (await sso.SendAsync(HttpMethod.Get, path)).IsProblem(404, "not-found");

    private Task<Answer> RedeemAsync(string ticket) => sso.PostAsync("/api/v1/auth/oidc/ticket", new JsonObject { ["ticket"] = ticket });
}
