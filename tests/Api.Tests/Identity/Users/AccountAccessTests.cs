using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Users;

/// <summary>Nobody can act on the account of a user with more permissions.</summary>
[Collection(ApiCollection.Name)]
public sealed class AccountAccessTests(ApiFixture api)
{
    [Fact]
    public async Task V8_2_1_A_manager_cannot_reset_the_second_factor_of_an_admin_or_change_the_account_otherwise()
    {
        var owner = await api.RegisterAsync();
        var (manager, admin, clerk) = (
            await api.AddUserAsync(owner, "manager"), await api.AddUserAsync(owner, "admin"), await api.AddUserAsync(owner, "viewer"));
        var app = await Authenticator.SetUpAsync(admin);
        foreach (var (above, code) in new[] { (admin.UserId, "beyond-own-access"), (owner.UserId, "owner-protected") })
        {
            (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{above}/mfa/reset")).IsProblem(403, code);
            (await manager.SendAsync(HttpMethod.Patch, $"/api/v1/users/{above}", new JsonObject { ["displayName"] = "Mine" }))
                .IsProblem(403, code);
            (await manager.PostAsync($"/api/v1/users/{above}/disable", new JsonObject())).IsProblem(403, code);
            (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{above}/enable")).IsProblem(403, "beyond-own-access");
            (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{above}/invitation")).IsProblem(403, code);
        }

        (await manager.SendAsync(HttpMethod.Put, $"/api/v1/users/{admin.UserId}/roles", Roles("viewer")))
            .IsProblem(403, "beyond-own-access");

        (await admin.GetAsync("/api/v1/auth/me")).Is(200);
        (await api.LoginAsync(admin.Email, admin.Password)).Is(200).Text("mfaToken");
        Assert.NotEmpty(app.RecoveryCodes);

        await Authenticator.SetUpAsync(clerk);
        (await manager.SendAsync(HttpMethod.Patch, $"/api/v1/users/{clerk.UserId}", new JsonObject { ["displayName"] = "A Clerk" }))
            .Is(200);
        Assert.False(
            (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{clerk.UserId}/mfa/reset"))
                .Is(200).Json["mfaEnabled"]!.GetValue<bool>());
        (await clerk.GetAsync("/api/v1/auth/me")).IsProblem(401);
    }

    [Fact]
    public async Task An_invitation_can_be_mailed_again_only_by_who_may_manage_the_user_and_the_log_names_them()
    {
        var owner = await api.RegisterAsync();
        var manager = await api.AddUserAsync(owner, "manager");
        var invited = new Dictionary<string, string>();
        foreach (var role in new[] { "viewer", "admin" })
        {
            invited[role] = (await owner.PostAsync("/api/v1/users", new JsonObject
            {
                ["email"] = $"{role}-{owner.UserId[..13]}@example.test", ["displayName"] = "Invited",
                ["roles"] = Roles(role)["roles"]!.DeepClone(),
            })).Is(201).Text("id");
        }

        (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{invited["admin"]}/invitation")).IsProblem(403, "beyond-own-access");
        (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{invited["viewer"]}/invitation")).Is(204);
        (await manager.SendAsync(HttpMethod.Post, $"/api/v1/users/{manager.UserId}/invitation")).IsProblem(409);
        var entry = (await owner.GetAsync($"/api/v1/audit-log?action=user.mail-requested&entity={invited["viewer"]}"))
            .Is(200).Json["items"]![0]!;
        Assert.Equal((manager.UserId, "127.0.0.1"), (entry["actorId"]!.GetValue<string>(), entry["ip"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_repeated_change_of_roles_returns_the_first_reply_and_happens_once()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        var dealer = (await owner.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "North" })).Is(201).Text("id");
        var roles = $"/api/v1/users/{user.UserId}/roles";
        var (set, add, remove) = (Account.NewKey(), Account.NewKey(), Account.NewKey());

        var first = await PutAsync(owner, roles, Roles("viewer"), set);
        Assert.Null(first.Header("Idempotency-Replayed"));
        IsReplayOf(first, await PutAsync(owner, roles, Roles("viewer"), set));
        var added = (await owner.PostAsync($"/api/v1/users/{user.UserId}/dealers", AtDealer(dealer), add)).Is(200);
        IsReplayOf(first, await PutAsync(owner, roles, Roles("viewer"), set));
        (await owner.SendAsync(HttpMethod.Put, roles, Roles("analyst"))).Is(200);
        IsReplayOf(added, (await owner.PostAsync($"/api/v1/users/{user.UserId}/dealers", AtDealer(dealer), add)).Is(200));
        var removed = await DeleteAsync();
        IsReplayOf(removed, await DeleteAsync());

        (await api.SendAsync(HttpMethod.Put, roles, Roles("manager"), owner.Token, set)).IsProblem(422);
        Assert.Equal("analyst", Assert.Single((await owner.GetAsync(roles)).Is(200).Json["roles"]!.AsArray())!["role"]!.GetValue<string>());

        async Task<Answer> DeleteAsync() =>
            (await api.SendAsync(HttpMethod.Delete, $"/api/v1/users/{user.UserId}/dealers/{dealer}", token: owner.Token, key: remove))
                .Is(200);
    }

    private async Task<Answer> PutAsync(Account account, string path, JsonObject body, string key) =>
        (await api.SendAsync(HttpMethod.Put, path, body, account.Token, key)).Is(200);

    private static void IsReplayOf(Answer first, Answer second)
    {
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.True(JsonNode.DeepEquals(first.Json, second.Json), second.Body);
    }

    private static JsonObject AtDealer(string dealer) => new() { ["dealerId"] = dealer, ["role"] = "viewer" };

    private static JsonObject Roles(string role) => new() { ["roles"] = new JsonArray(new JsonObject { ["role"] = role }) };
}
