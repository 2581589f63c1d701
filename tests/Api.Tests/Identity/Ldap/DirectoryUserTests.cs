using System.Text.Json.Nodes;
using Platform.Api.Identity.Ldap;
using Platform.Api.Tests.Identity.External;

namespace Platform.Api.Tests.Identity.Ldap;

/// <summary>Users of a real directory have no password here, and their sessions end with their entry there.</summary>
[Collection(SsoCollection.Name)]
public sealed class DirectoryUserTests(SsoFixture sso) : IAsyncLifetime
{
    private const string Reset = "Reset your password";

    private readonly LdapDirectory _library = new(new LdapOptions
    {
        Url = $"ldaps://127.0.0.1:{sso.Directory.Port}",
        CaCertificate = sso.AuthorityFile,
        BindDn = Slapd.Service,
        BindPassword = Slapd.ServicePassword,
        SearchBase = Slapd.SearchBase,
        OrganisationId = SsoFixture.OrganisationId,
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        sso.Relay.ForwardTo(sso.Directory.Port);
        _library.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_directory_user_cannot_get_a_local_password()
    {
        var user = (await LoginAsync("stays", "a staying password")).Is(200).Text("tokens", "accessToken");
        (await ChangeAsync(user, "a staying password")).IsProblem(409, "no-local-password");
        (await ChangeAsync(user, "")).IsProblem(409, "no-local-password");
        (await sso.PostAsync("/api/v1/auth/step-up", new JsonObject { ["password"] = "a staying password" }, user))
            .IsProblem(409, "no-local-password");

        using var browser = new Browser(sso);
        var provided = SsoFixture.NewPerson();
        (await browser.SignInAsync("rsa", provided)).Is(200);

        // Letters are written in order: once the last one arrives, the others were not written.
        var local = SsoFixture.NewPerson();
        await sso.RegisterAsync(local);
        foreach (var email in new[] { "stays@directory.test", provided, local })
        {
            (await sso.PostAsync("/api/v1/auth/password/forgot", new JsonObject { ["email"] = email })).Is(204);
        }

        await sso.Mail.TokenAsync(local, Reset);
        Assert.Equal((0, 0), (sso.Mail.Count("stays@directory.test", Reset), sso.Mail.Count(provided, Reset)));
        (await sso.PostAsync(
            "/api/v1/auth/login", new JsonObject { ["email"] = "stays@directory.test", ["password"] = "a staying password" }))
            .IsProblem(401, "invalid-credentials");
        (await sso.PostAsync("/api/v1/auth/login", new JsonObject { ["email"] = "stays@directory.test", ["password"] = "" }))
            .IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task A_linked_account_keeps_its_password()
    {
        var local = SsoFixture.NewPerson();
        var token = await sso.RegisterAsync(local);
        var twin = new JsonObject { ["username"] = "twin1", ["password"] = "a twin's password" };
        (await sso.PostAsync("/api/v1/auth/ldap/link", twin, token)).Is(204);
        (await sso.PostAsync("/api/v1/auth/password/forgot", new JsonObject { ["email"] = local })).Is(204);
        await sso.Mail.TokenAsync(local, Reset);
        (await sso.PostAsync("/api/v1/auth/login", new JsonObject { ["email"] = local, ["password"] = "a long password" })).Is(200);
    }

    [Fact]
    public async Task A_session_ends_at_its_next_refresh_when_the_entry_is_deleted()
    {
        var tokens = (await LoginAsync("leaver", "a leaver's password")).Is(200);
        tokens = (await RefreshAsync(tokens)).Is(200);
        sso.Directory.Delete("leaver");
        (await RefreshAsync(tokens)).IsProblem(401, "invalid-grant");
        (await sso.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: tokens.Text("tokens", "accessToken"))).IsProblem(401);
        (await RefreshAsync(tokens)).IsProblem(401, "invalid-grant");
    }

    [Fact]
    public async Task A_session_ends_at_its_next_refresh_when_the_account_is_disabled_there()
    {
        sso.Directory.SetAccountControl("locked", 512);
        var tokens = (await LoginAsync("locked", "a locked password")).Is(200);
        tokens = (await RefreshAsync(tokens)).Is(200);
        sso.Directory.SetAccountControl("locked", 514);
        (await RefreshAsync(tokens)).IsProblem(401, "invalid-grant");
        (await LoginAsync("locked", "a locked password")).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task A_refresh_updates_the_roles_from_the_groups()
    {
        var tokens = (await LoginAsync("demoted", "a demoted password")).Is(200);
        Assert.Equal(["manager"], await RolesAsync(tokens));
        tokens = (await RefreshAsync(tokens)).Is(200);
        Assert.Equal(["manager"], await RolesAsync(tokens));
        sso.Directory.TakeOutOfGroup("demoted", "Managers");
        tokens = (await RefreshAsync(tokens)).Is(200);
        Assert.Empty(await RolesAsync(tokens));
    }

    [Fact]
    public async Task A_directory_that_is_down_ends_no_session_that_it_confirmed_within_the_last_hour()
    {
        var tokens = (await LoginAsync("stays", "a staying password")).Is(200);
        sso.Relay.ForwardTo(Relay.Down);
        tokens = (await RefreshAsync(tokens)).Is(200);
        sso.Relay.ForwardTo(sso.Directory.Port);
        tokens = (await RefreshAsync(tokens)).Is(200);
        await sso.MeAsync(tokens.Text("tokens", "accessToken"));
    }

    private async Task<IEnumerable<string>> RolesAsync(Answer tokens) =>
        (await sso.MeAsync(tokens.Text("tokens", "accessToken"))).Json["user"]!["grants"]!.AsArray()
            .Select(grant => grant!["role"]!.GetValue<string>());

    private Task<Answer> ChangeAsync(string token, string current) =>
        sso.PostAsync(
            "/api/v1/auth/password/change", new JsonObject { ["currentPassword"] = current, ["newPassword"] = "a password of my own" },
            token);

    private Task<Answer> RefreshAsync(Answer tokens) =>
        sso.PostAsync("/api/v1/auth/refresh", new JsonObject { ["refreshToken"] = tokens.Text("tokens", "refreshToken") });

    private Task<Answer> LoginAsync(string name, string password) =>
        sso.PostAsync("/api/v1/auth/login", new JsonObject { ["realm"] = "ldap", ["username"] = name, ["password"] = password });
}
