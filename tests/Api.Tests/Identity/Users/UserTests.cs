using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Users;

/// <summary>Sub-users, invitations, profiles, addresses, and disabling users.</summary>
[Collection(ApiCollection.Name)]
public sealed class UserTests(ApiFixture api)
{
    [Fact]
    public async Task An_invited_user_accepts_by_mail_and_works_in_the_organisation_that_invited()
    {
        var owner = await api.RegisterAsync();
        var email = $"invited-{owner.UserId[..13]}@example.test";
        var invitation = new JsonObject { ["email"] = email, ["displayName"] = "Ben", ["language"] = "de" };
        var invited = (await owner.PostAsync("/api/v1/users", invitation)).Is(201);
        Assert.Equal("invited", invited.Text("status"));
        Assert.Equal("subUser", invited.Text("tier"));
        Assert.Equal(owner.UserId, invited.Text("parentId"));
        (await api.LoginAsync(email, "any password")).IsProblem(401, "invalid-credentials");

        var token = await api.Mail.TokenAsync(email, "You are invited");
        var accepted = (await AcceptAsync(token, "a password of his own")).Is(200);
        var me = (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: accepted.Text("tokens", "accessToken"))).Is(200);
        Assert.Equal(owner.OrganisationId, me.Text("organisation", "id"));
        Assert.Equal("active", me.Text("user", "status"));
        Assert.True(me.Json["user"]!["emailVerified"]!.GetValue<bool>());
        Assert.Equal("de", me.Text("user", "profile", "language"));
        (await AcceptAsync(token, "another password")).IsProblem(400, "invalid-token");
        (await api.LoginAsync(email, "a password of his own")).Is(200);
    }

    [Fact]
    public async Task Two_invitations_are_valid_until_one_is_accepted()
    {
        var owner = await api.RegisterAsync();
        var email = $"again-{owner.UserId[..13]}@example.test";
        var id = (await owner.PostAsync("/api/v1/users", new JsonObject { ["email"] = email, ["displayName"] = "Ben" })).Is(201).Text("id");
        var first = await api.Mail.TokenAsync(email, "You are invited");
        (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{id}/invitation")).Is(204);
        var second = await api.Mail.TokenAsync(email, "You are invited", other: first);
        (await AcceptAsync(first, "a password of his own")).Is(200);
        (await AcceptAsync(second, "a password of his own")).IsProblem(400, "invalid-token");
        (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{id}/invitation")).IsProblem(409, "user-already-active");
    }

    [Fact]
    public async Task V7_4_2_Disabling_ends_access_at_once_and_enabling_restores_it()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        (await user.GetAsync("/api/v1/auth/me")).Is(200);
        var disabled = (await owner.PostAsync($"/api/v1/users/{user.UserId}/disable", new JsonObject { ["reason"] = "left" })).Is(200);
        Assert.Equal("disabled", disabled.Text("status"));
        (await user.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await api.LoginAsync(user.Email, user.Password)).IsProblem(401, "invalid-credentials");
        (await api.RefreshAsync(user.RefreshToken)).IsProblem(401, "invalid-grant");
        (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{user.UserId}/enable")).Is(200);
        (await user.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await api.LoginAsync(user.Email, user.Password)).Is(200);
    }

    [Fact]
    public async Task Users_cannot_disable_themselves()
    {
        var owner = await api.RegisterAsync();
        (await owner.PostAsync($"/api/v1/users/{owner.UserId}/disable", new JsonObject())).IsProblem(409, "not-oneself");
    }

    [Fact]
    public async Task V8_2_2_Users_of_another_organisation_do_not_exist()
    {
        var (owner, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        var user = await api.AddUserAsync(owner);
        (await stranger.GetAsync($"/api/v1/users/{user.UserId}")).IsProblem(404);
        (await stranger.PostAsync($"/api/v1/users/{user.UserId}/disable", new JsonObject())).IsProblem(404);
        (await stranger.SendAsync(HttpMethod.Patch, $"/api/v1/users/{user.UserId}", new JsonObject { ["displayName"] = "Mine" }))
            .IsProblem(404);
        (await stranger.GetAsync($"/api/v1/users/{user.UserId}/sub-users")).IsProblem(404);
        Assert.Single((await stranger.GetAsync("/api/v1/users")).Is(200).Json["items"]!.AsArray());
        (await user.GetAsync("/api/v1/auth/me")).Is(200);
    }

    [Fact]
    public async Task V15_3_3_Fields_that_a_caller_may_not_set_are_refused()
    {
        var owner = await api.RegisterAsync();
        string[] fields = ["tier", "organisationId", "parentId", "emailVerified", "status", "walletId", "version", "mfaEnabled"];
        foreach (var field in fields)
        {
            var body = new JsonObject
            {
                ["email"] = "mass@example.test", ["displayName"] = "Mass", ["password"] = "a long password", [field] = "superAdmin",
            };
            (await owner.PostAsync("/api/v1/users", body)).IsProblem(400);
            (await owner.SendAsync(HttpMethod.Patch, $"/api/v1/users/{owner.UserId}", new JsonObject { [field] = "superAdmin" }))
                .IsProblem(400);
            var register = new JsonObject
            {
                ["email"] = "mass2@example.test", ["displayName"] = "Mass", ["password"] = "a long password",
                ["accountType"] = "individual", [field] = "superAdmin",
            };
            (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/register", register)).IsProblem(400);
        }
    }

    [Fact]
    public async Task A_profile_change_checks_the_version()
    {
        var owner = await api.RegisterAsync();
        var before = (await owner.GetAsync($"/api/v1/users/{owner.UserId}")).Is(200);
        await api.SignInAsync(owner.Email, owner.Password);
        var changed = (await api.SendAsync(
            HttpMethod.Patch, $"/api/v1/users/{owner.UserId}",
            new JsonObject { ["displayName"] = "New Name", ["timeZone"] = "Europe/Berlin" }, owner.Token, null,
            ("If-Match", before.Header("ETag")!))).Is(200);
        Assert.Equal("New Name", changed.Text("displayName"));
        Assert.Equal("Europe/Berlin", changed.Text("profile", "timeZone"));
        (await api.SendAsync(
            HttpMethod.Patch, $"/api/v1/users/{owner.UserId}", new JsonObject { ["displayName"] = "Late" }, owner.Token, null,
            ("If-Match", before.Header("ETag")!)))
            .IsProblem(412);
        (await owner.SendAsync(HttpMethod.Patch, $"/api/v1/users/{owner.UserId}", new JsonObject { ["timeZone"] = "Moon/Base" }))
            .IsProblem(400, "invalid-time-zone");
    }

    [Fact]
    public async Task An_address_is_verified_with_the_mailed_token()
    {
        var owner = await api.RegisterAsync();
        Assert.False((await owner.GetAsync("/api/v1/auth/me")).Json["user"]!["emailVerified"]!.GetValue<bool>());
        var token = await api.Mail.TokenAsync(owner.Email, "Confirm your address");
        (await VerifyAsync(token)).Is(204);
        Assert.True((await owner.GetAsync("/api/v1/auth/me")).Json["user"]!["emailVerified"]!.GetValue<bool>());
    }

    [Fact]
    public async Task V7_5_1_A_change_of_address_needs_the_password_and_the_mailed_token_and_moves_the_login_name()
    {
        var owner = await api.RegisterAsync();
        var next = $"moved-{owner.UserId[..13]}@example.test";
        (await owner.PostAsync("/api/v1/auth/email/change", new JsonObject { ["newEmail"] = next, ["password"] = "wrong password" }))
            .IsProblem(400, "wrong-password");
        (await owner.PostAsync("/api/v1/auth/email/change", new JsonObject { ["newEmail"] = next, ["password"] = owner.Password })).Is(204);
        var token = await api.Mail.TokenAsync(next, "Confirm your new address");
        (await api.LoginAsync(next, owner.Password)).IsProblem(401);
        (await VerifyAsync(token)).Is(204);
        (await api.LoginAsync(next, owner.Password)).Is(200);
        (await api.LoginAsync(owner.Email, owner.Password)).IsProblem(401);
        Assert.Equal(next, (await owner.GetAsync("/api/v1/auth/me")).Is(200).Text("user", "email"));
        (await VerifyAsync(token)).IsProblem(400, "invalid-token");
    }

    [Fact]
    public async Task A_change_to_an_address_that_is_taken_meanwhile_is_refused()
    {
        var (owner, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await owner.PostAsync("/api/v1/auth/email/change", new JsonObject { ["newEmail"] = other.Email, ["password"] = owner.Password }))
            .Is(204);
        var token = await api.Mail.TokenAsync(other.Email, "Confirm your new address");
        (await VerifyAsync(token)).IsProblem(409, "email-taken");
        (await api.LoginAsync(other.Email, other.Password)).Is(200);
        (await api.LoginAsync(owner.Email, owner.Password)).Is(200);
    }

    [Fact]
    public async Task Users_are_listed_filtered_and_paged()
    {
        var owner = await api.RegisterAsync();
        for (var i = 0; i < 5; i++)
        {
            var invitation = new JsonObject { ["email"] = $"list{i}-{owner.UserId[..13]}@example.test", ["displayName"] = $"User {i}" };
            (await owner.PostAsync("/api/v1/users", invitation)).Is(201);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await owner.GetAsync($"/api/v1/users?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(200);
            seen.AddRange(page.Json["items"]!.AsArray().Select(user => user!["id"]!.GetValue<string>()));
            cursor = page.Json["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        Assert.Equal(6, seen.Distinct().Count());
        Assert.Equal(6, seen.Count);
        Assert.Equal(5, (await owner.GetAsync($"/api/v1/users/{owner.UserId}/sub-users")).Is(200).Json["items"]!.AsArray().Count);
        Assert.Equal(5, (await owner.GetAsync("/api/v1/users?status=invited")).Is(200).Json["items"]!.AsArray().Count);
        Assert.Single((await owner.GetAsync("/api/v1/users?email=list3-")).Is(200).Json["items"]!.AsArray());
    }

    private Task<Answer> AcceptAsync(string token, string password) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/invitations/accept", new JsonObject { ["token"] = token, ["password"] = password });

    private Task<Answer> VerifyAsync(string token) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/email/verify", new JsonObject { ["token"] = token });
}
