using System.Text.Json.Nodes;
using Platform.Api.Tests.Identity.External;

namespace Platform.Api.Tests.Identity.Sessions;

/// <summary>If an organisation requires single sign-on, the platform's own passwords give no access to it.</summary>
[Collection(SsoCollection.Name)]
public sealed class SsoDemandTests(SsoFixture sso)
{
    private const string Password = "a long password";

    [Fact]
    public async Task Single_sign_on_can_be_required_only_if_it_is_configured_and_by_a_user_who_used_it()
    {
        (await DemandAsync(await sso.RegisterAsync(SsoFixture.NewPerson()), true)).IsProblem(409, "would-lock-out");
        var owner = await TokenAsync("owner@example.test");
        (await DemandAsync(owner, true)).IsProblem(409, "would-lock-out");
        (await DemandAsync(await KeyAsync(owner, "organisation:write"), true)).IsProblem(409, "would-lock-out");

        // Linked to a provider, but not one of this organisation.
        var person = SsoFixture.NewPerson();
        var linked = await sso.RegisterAsync(person);
        var twin = new JsonObject { ["username"] = "twin2", ["password"] = "a twin's password" };
        (await sso.PostAsync("/api/v1/auth/ldap/link", twin, linked)).Is(204);
        var session = (await LdapAsync("twin2", "a twin's password")).Is(200).Text("tokens", "accessToken");
        (await DemandAsync(session, true)).IsProblem(409, "would-lock-out");
        Assert.False((await DemandAsync(session, false)).Is(200).Json["requireSso"]!.GetValue<bool>());
    }

    [Fact]
    public async Task If_single_sign_on_is_required_passwords_give_no_access()
    {
        var owner = await TokenAsync("owner@example.test");
        var email = SsoFixture.NewPerson();
        (await sso.PostAsync("/api/v1/users", Person(email, Password), owner)).Is(201);
        var running = (await LoginAsync(email, Password)).Is(200);
        var invited = SsoFixture.NewPerson();
        (await sso.PostAsync("/api/v1/users", Person(invited, null), owner)).Is(201);
        var invitation = await sso.Mail.TokenAsync(invited, "You are invited");
        (await ForgotAsync(email)).Is(204);
        var reset = await sso.Mail.TokenAsync(email, "Reset your password");
        var key = await KeyAsync(owner, "organisation:read");

        (await DemandAsync(await BossAsync(), true)).Is(200);
        try
        {
            Assert.True(
                (await sso.SendAsync(HttpMethod.Get, "/api/v1/organisation", token: key)).Is(200).Json["requireSso"]!.GetValue<bool>());
            (await LoginAsync(email, "a wrong password")).IsProblem(401, "invalid-credentials");
            (await LoginAsync(email, Password)).IsProblem(403, "sso-required");
            (await sso.PostAsync(
                "/api/v1/auth/password/change", new JsonObject { ["currentPassword"] = Password, ["newPassword"] = "another long one" },
                owner))
                .IsProblem(403, "sso-required");
            (await RefreshAsync(running)).IsProblem(401, "invalid-grant");
            (await sso.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: running.Text("tokens", "accessToken"))).IsProblem(401);
            (await sso.PostAsync("/api/v1/auth/password/reset", new JsonObject { ["token"] = reset, ["newPassword"] = "another long one" }))
                .IsProblem(403, "sso-required");
            (await sso.PostAsync(
                "/api/v1/auth/invitations/accept", new JsonObject { ["token"] = invitation, ["password"] = "another long one" }))
                .IsProblem(403, "sso-required");

            // Letters are written in order: once the last one arrives, the other was not written.
            var elsewhere = SsoFixture.NewPerson();
            await sso.RegisterAsync(elsewhere);
            (await ForgotAsync(email)).Is(204);
            (await ForgotAsync(elsewhere)).Is(204);
            await sso.Mail.TokenAsync(elsewhere, "Reset your password");
            Assert.Equal(1, sso.Mail.Count(email, "Reset your password"));
            (await LoginAsync(elsewhere, Password)).Is(200);

            (await RefreshAsync((await LdapAsync("stays", "a staying password")).Is(200))).Is(200);
        }
        finally
        {
            (await DemandAsync(await BossAsync(), false)).Is(200);
        }

        (await LoginAsync(email, Password)).Is(200);
    }

    private async Task<string> KeyAsync(string owner, string permission)
    {
        var account = (await sso.PostAsync(
            "/api/v1/service-accounts", new JsonObject { ["name"] = "Robot", ["permissions"] = new JsonArray(permission) }, owner)).Is(201);
        return (await sso.PostAsync($"/api/v1/service-accounts/{account.Text("id")}/keys", new JsonObject { ["name"] = "One" }, owner))
            .Is(201).Text("key");
    }

    // A user in the provider's group admins, which maps to the role admin.
    private async Task<string> BossAsync()
    {
        using var browser = new Browser(sso);
        return (await browser.SignInAsync("rsa", $"staff.{SsoFixture.NewPerson()}")).Is(200).Text("tokens", "accessToken");
    }

    private async Task<string> TokenAsync(string email) => (await LoginAsync(email, Password)).Is(200).Text("tokens", "accessToken");

    private Task<Answer> DemandAsync(string token, bool required) =>
        sso.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["requireSso"] = required }, token);

    private Task<Answer> ForgotAsync(string email) => sso.PostAsync("/api/v1/auth/password/forgot", new JsonObject { ["email"] = email });

    private Task<Answer> LoginAsync(string email, string password) =>
        sso.PostAsync("/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password });

    private Task<Answer> LdapAsync(string name, string password) =>
        sso.PostAsync("/api/v1/auth/login", new JsonObject { ["realm"] = "ldap", ["username"] = name, ["password"] = password });

    private Task<Answer> RefreshAsync(Answer tokens) =>
        sso.PostAsync("/api/v1/auth/refresh", new JsonObject { ["refreshToken"] = tokens.Text("tokens", "refreshToken") });

    private static JsonObject Person(string email, string? password)
    {
        var person = new JsonObject { ["email"] = email, ["displayName"] = "Some One" };
        if (password is not null)
        {
            person["password"] = password;
        }

        return person;
    }
}
