using System.Text.Json.Nodes;
using Platform.Api.Tests.Identity.External;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>The accounts of users who sign in at a real OpenID provider. Test names follow <see cref="OidcTests"/>.</summary>
[Collection(SsoCollection.Name)]
public sealed class OidcAccountTests(SsoFixture sso)
{
    [Theory]
    [InlineData("rsa")]
    [InlineData("ec")]
    public async Task A_new_user_gets_an_account_and_the_same_one_later(string provider)
    {
        var who = SsoFixture.NewPerson();
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
        var who = $"staff.{SsoFixture.NewPerson()}";
        using var browser = new Browser(sso);
        var tokens = (await browser.SignInAsync("rsa", who)).Is(200);
        var me = await sso.MeAsync(tokens.Text("tokens", "accessToken"));
        Assert.Equal("admin", Assert.Single(me.Json["user"]!["grants"]!.AsArray())!["role"]!.GetValue<string>());
        using var later = new Browser(sso);
        tokens = (await later.SignInAsync("rsa", who)).Is(200);

        // Unchanged roles are not written again, because that would invalidate cached permissions.
        Assert.Equal(
            me.Json["user"]!["version"]!.GetValue<long>(),
            (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Json["user"]!["version"]!.GetValue<long>());
    }

    [Fact]
    public async Task Groups_of_one_organisation_do_not_change_roles_of_another_organisations_user()
    {
        var person = SsoFixture.NewPerson();
        var token = await sso.RegisterAsync(person);
        using var browser = new Browser(sso);
        (await browser.GetAsync(await LinkAsync(browser, "rsa", token, $"staff.{person}"))).Is(200);
        using var later = new Browser(sso);
        var tokens = (await later.SignInAsync("rsa", $"staff.{person}")).Is(200);
        Assert.Empty((await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Json["user"]!["grants"]!.AsArray());
    }

    [Fact]
    public async Task Concurrent_first_sign_ins_create_one_account()
    {
        // Several rounds, because the sign-ins meet at a different step each time.
        for (var round = 0; round < 5; round++)
        {
            var who = SsoFixture.NewPerson();
            var users = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
            {
                using var browser = new Browser(sso);
                var tokens = (await browser.SignInAsync("rsa", who)).Is(200);
                return (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Text("user", "id");
            }));
            Assert.Single(users.Distinct());
        }
    }

    [Fact]
    public async Task V6_8_1_an_external_identity_with_the_address_of_an_account_does_not_get_it()
    {
        var who = SsoFixture.NewPerson();
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
    public async Task An_unverified_address_creates_no_account_and_reveals_nothing()
    {
        var who = SsoFixture.NewPerson();
        await sso.RegisterAsync(who);
        using var browser = new Browser(sso);
        (await browser.SignInAsync("rsa", $"unverified.{who}")).IsProblem(403, "no-account");
        using var another = new Browser(sso);
        (await another.SignInAsync("rsa", $"unverified.{SsoFixture.NewPerson()}")).IsProblem(403, "no-account");
    }

    [Fact]
    public async Task A_new_user_gets_no_account_if_provisioning_is_off()
    {
        using var browser = new Browser(sso);
        (await browser.SignInAsync("closed", SsoFixture.NewPerson())).IsProblem(403, "no-account");
        using var foreigner = new Browser(sso);
        (await foreigner.SignInAsync("ec", SsoFixture.NewPerson("elsewhere.test"))).IsProblem(403, "no-account");
    }

    [Fact]
    public async Task A_user_links_sees_and_unlinks_their_identities()
    {
        var who = SsoFixture.NewPerson();
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

        // Another user can neither see nor remove it.
        var stranger = await sso.RegisterAsync(SsoFixture.NewPerson());
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
    public async Task An_identity_can_be_linked_to_only_one_account()
    {
        var who = SsoFixture.NewPerson();
        var first = await sso.RegisterAsync(SsoFixture.NewPerson());
        var second = await sso.RegisterAsync(SsoFixture.NewPerson());
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
    public async Task V10_1_2_nobody_can_be_tricked_into_linking_their_identity_to_another_account()
    {
        var attackers = await sso.RegisterAsync(SsoFixture.NewPerson());
        using var attacker = new Browser(sso);
        var authorization = await AuthorizationAsync(attacker, "rsa", attackers);
        using var victim = new Browser(sso);
        (await victim.GetAsync(await victim.SignInThereAsync(authorization, SsoFixture.NewPerson()))).IsProblem(400, "invalid-state");
        Assert.Empty((await IdentitiesAsync(attackers)).AsArray());
        (await sso.SendAsync(HttpMethod.Post, "/api/v1/auth/oidc/rsa/link")).IsProblem(401, "unauthenticated");
    }

    private async Task<JsonNode> IdentitiesAsync(string token) =>
        (await sso.SendAsync(HttpMethod.Get, "/api/v1/auth/identities", token: token)).Is(200).Json["items"]!;

    private static async Task<Uri> AuthorizationAsync(Browser browser, string provider, string token) => new(
        (await browser.SendAsync(
            HttpMethod.Post, new Uri($"/api/v1/auth/oidc/{provider}/link", UriKind.Relative), ("Authorization", $"Bearer {token}")))
        .Is(200).Text("authorizationUrl"));

    private static async Task<Uri> LinkAsync(Browser browser, string provider, string token, string who) =>
        await browser.SignInThereAsync(await AuthorizationAsync(browser, provider, token), who);
}
