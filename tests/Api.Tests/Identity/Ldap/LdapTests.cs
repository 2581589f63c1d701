using System.Text.Json.Nodes;
using Platform.Api.Identity.Ldap;
using Platform.Api.Tests.Identity.External;

namespace Platform.Api.Tests.Identity.Ldap;

/// <summary>
/// Signing in with a real directory (OpenLDAP). Test names begin with the requirement of OWASP ASVS 5.0, if there is one.
/// </summary>
[Collection(SsoCollection.Name)]
public sealed class LdapTests(SsoFixture sso) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        sso.Relay.ForwardTo(sso.Directory.Port);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_directory_user_signs_in_by_name_or_address_and_is_one_user_here()
    {
        var tokens = (await LoginAsync("ada", Slapd.AdaPassword)).Is(200);
        var me = await sso.MeAsync(tokens.Text("tokens", "accessToken"));
        Assert.Equal("ada@directory.test", me.Text("user", "email"));
        Assert.Equal("Ada Lovelace", me.Text("user", "displayName"));
        Assert.Equal("subUser", me.Text("user", "tier"));
        Assert.Equal(SsoFixture.OrganisationId.ToString(), me.Text("organisation", "id"));

        var again = (await LoginAsync("ada@directory.test", Slapd.AdaPassword, "email")).Is(200);
        Assert.Equal(me.Text("user", "id"), (await sso.MeAsync(again.Text("tokens", "accessToken"))).Text("user", "id"));
        Assert.Equal(["manager"], Roles(await sso.MeAsync(again.Text("tokens", "accessToken"))));
        var odd = (await LoginAsync("odd(o*b)", "an odd password")).Is(200);
        Assert.Empty(Roles(await sso.MeAsync(odd.Text("tokens", "accessToken"))));
    }

    [Fact]
    public async Task V6_3_8_every_failed_sign_in_gets_the_same_401()
    {
        var bodies = new List<string>();
        foreach (var (name, password) in new[]
        {
            ("ada", "wrong password"), ("nobody", Slapd.AdaPassword), ("ada", "grace's own password"), ("", Slapd.AdaPassword), (" ", "x"),
            ("twins@directory.test", "a twin's password"), (new string('a', 5000), "x"), ("ada", new string('x', 5000)), ("ada", "a\0b"),
        })
        {
            var answer = (await LoginAsync(name, password)).IsProblem(401, "invalid-credentials").Json.AsObject();
            answer.Remove("traceId");
            bodies.Add(answer.ToJsonString());
        }

        Assert.Single(bodies.Distinct());
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("grace")]
    [InlineData("cn=service,dc=example,dc=test")]
    public async Task An_empty_password_is_refused_although_a_directory_would_accept_it(string name)
    {
        (await LoginAsync(name, "")).IsProblem(401, "invalid-credentials");
        (await LoginAsync(name, "\0")).IsProblem(401, "invalid-credentials");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("ad*")]
    [InlineData("*)(uid=*")]
    [InlineData("ada)(uid=*")]
    [InlineData("ada)(|(uid=ada")]
    [InlineData("*)(uid=*))(|(uid=*")]
    [InlineData("ada\0")]
    [InlineData("ad\\61")]
    [InlineData("\\2a")]
    [InlineData("ada)(userPassword=*")]
    public async Task V1_2_6_a_name_is_never_a_filter(string name) =>
        (await LoginAsync(name, Slapd.AdaPassword)).IsProblem(401, "invalid-credentials");

    [Fact]
    public async Task V12_3_2_a_directory_with_a_certificate_of_an_unknown_authority_is_not_queried()
    {
        sso.Relay.ForwardTo(sso.Impostor.Port);
        (await LoginAsync("ada", Slapd.AdaPassword)).IsProblem(503, "directory-unavailable");
        sso.Relay.ForwardTo(sso.Directory.Port);
        (await LoginAsync("ada", Slapd.AdaPassword)).Is(200);
    }

    [Fact]
    public async Task A_directory_that_is_down_gives_503_and_works_again_at_once()
    {
        sso.Relay.ForwardTo(Relay.Down);
        var answer = (await LoginAsync("ada", Slapd.AdaPassword)).IsProblem(503, "directory-unavailable");
        Assert.NotNull(answer.Header("Retry-After"));
        (await LoginAsync("ada", "wrong password")).IsProblem(503, "directory-unavailable");
        sso.Relay.ForwardTo(sso.Directory.Port);
        (await LoginAsync("ada", Slapd.AdaPassword)).Is(200);
    }

    [Fact]
    public async Task A_silent_directory_gives_503_within_the_timeout_and_slows_nobody_else()
    {
        var token = await sso.RegisterAsync("patient@example.test");
        sso.Relay.ForwardTo(Relay.Silent);
        var waiting = Enumerable.Range(0, 40).Select(_ => LoginAsync("ada", Slapd.AdaPassword)).ToList();
        for (var i = 0; i < 20; i++)
        {
            await sso.MeAsync(token);
        }

        Assert.All(await Task.WhenAll(waiting), answer => answer.IsProblem(503, "directory-unavailable"));
        sso.Relay.ForwardTo(sso.Directory.Port);
        (await LoginAsync("ada", Slapd.AdaPassword)).Is(200);
    }

    [Fact]
    public async Task A_directory_user_with_the_address_of_an_account_does_not_get_it_but_its_user_can_link()
    {
        var token = await sso.RegisterAsync("taken@directory.test");
        (await LoginAsync("taken", "a taken password")).IsProblem(409, "account-link-required");
        (await LinkAsync(token, "taken", "wrong")).IsProblem(401, "invalid-credentials");
        (await LinkAsync(token, "taken", "")).IsProblem(401, "invalid-credentials");
        (await LinkAsync(token, "taken", "a taken password")).Is(204);
        var tokens = (await LoginAsync("taken", "a taken password")).Is(200);
        Assert.Equal(
            (await sso.MeAsync(token)).Text("user", "id"), (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Text("user", "id"));
    }

    [Fact]
    public async Task A_directory_password_is_not_a_platform_password_and_not_in_the_log()
    {
        (await LoginAsync("grace", "grace's own password")).Is(200);
        var own = await sso.PostAsync(
            "/api/v1/auth/login", new JsonObject { ["email"] = "grace@directory.test", ["password"] = "grace's own password" });
        own.IsProblem(401, "invalid-credentials");
        Assert.DoesNotContain("grace's own password", sso.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Slapd.ServicePassword, sso.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"realm":"kerberos","username":"ada","password":"x"}""", "unknown-realm")]
    [InlineData("""{"username":"ada","password":"x"}""", "login-name-required")]
    [InlineData("""{"realm":"ldap","password":"x"}""", "login-name-required")]
    [InlineData("""{"realm":"ldap","username":"ada","email":"ada@directory.test","password":"x"}""", "login-name-required")]
    public async Task A_sign_in_must_name_one_user_of_a_known_realm(string body, string code) =>
        (await sso.PostAsync("/api/v1/auth/login", JsonNode.Parse(body)!.AsObject())).IsProblem(400, code);

    [Fact]
    public async Task Groups_are_read_over_start_tls_too()
    {
        using var directory = new LdapDirectory(new LdapOptions
        {
            Url = $"ldap://127.0.0.1:{sso.Directory.StartTlsPort}",
            StartTls = true,
            CaCertificate = sso.AuthorityFile,
            BindDn = Slapd.Service,
            BindPassword = Slapd.ServicePassword,
            SearchBase = Slapd.SearchBase,
            GroupSearchBase = Slapd.GroupBase,
            OrganisationId = SsoFixture.OrganisationId,
            Timeout = TimeSpan.FromSeconds(20),
        });
        var ada = await directory.AuthenticateAsync("ada", Slapd.AdaPassword, CancellationToken.None);
        Assert.Equal(["cn=Everybody,ou=groups,dc=example,dc=test", "cn=Managers,ou=groups,dc=example,dc=test"], ada!.Groups.Order());
        Assert.Equal(36, ada.Subject.Length);
        Assert.Equal("uid=ada,ou=people,dc=example,dc=test", ada.Name);
        Assert.Null(await directory.AuthenticateAsync("ada", "wrong", CancellationToken.None));
    }

    private static IEnumerable<string> Roles(Answer me) =>
        me.Json["user"]!["grants"]!.AsArray().Select(grant => grant!["role"]!.GetValue<string>());

    private Task<Answer> LoginAsync(string name, string password, string field = "username") =>
        sso.PostAsync("/api/v1/auth/login", new JsonObject { ["realm"] = "ldap", [field] = name, ["password"] = password });

    private Task<Answer> LinkAsync(string token, string name, string password) =>
        sso.PostAsync("/api/v1/auth/ldap/link", new JsonObject { ["username"] = name, ["password"] = password }, token);
}
