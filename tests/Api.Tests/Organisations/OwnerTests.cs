using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Organisations;

/// <summary>The owner of an organisation: who it is, how ownership passes on, and who can never take it.</summary>
[Collection(ApiCollection.Name)]
public sealed class OwnerTests(ApiFixture api)
{
    private const string Organisation = "/api/v1/organisation";
    private const string Owner = "/api/v1/organisation/owner";

    [Fact]
    public async Task Whoever_registered_an_organisation_is_its_owner()
    {
        var owner = await api.RegisterAsync();
        var alone = await api.RegisterAsync(accountType: "individual");
        Assert.Equal(owner.UserId, (await owner.GetAsync(Organisation)).Is(200).Text("ownerId"));
        Assert.Equal(alone.UserId, (await alone.GetAsync(Organisation)).Is(200).Text("ownerId"));
        var admin = await api.SuperAdminAsync();
        Assert.Equal(admin.UserId, (await admin.GetAsync(Organisation)).Is(200).Text("ownerId"));
    }

    [Fact]
    public async Task A_delegated_admin_cannot_lock_the_owner_out()
    {
        var owner = await api.RegisterAsync();
        (await owner.PostAsync("/api/v1/roles", new JsonObject
        {
            ["code"] = "helpdesk", ["name"] = "Helpdesk", ["permissions"] = new JsonArray("users:read", "users:write", "users:disable"),
        })).Is(201);
        var (helpdesk, admin, peer) =
            (await api.AddUserAsync(owner, "helpdesk"), await api.AddUserAsync(owner, "admin"), await api.AddUserAsync(owner, "admin"));
        await Authenticator.SetUpAsync(owner);
        await Authenticator.SetUpAsync(peer);
        foreach (var attacker in new[] { helpdesk, admin })
        {
            (await attacker.PostAsync($"/api/v1/users/{owner.UserId}/disable", new JsonObject())).IsProblem(403, "owner-protected");
            (await attacker.SendAsync(HttpMethod.Post, $"/api/v1/users/{owner.UserId}/mfa/reset")).IsProblem(403, "owner-protected");
            (await attacker.SendAsync(HttpMethod.Patch, $"/api/v1/users/{owner.UserId}", new JsonObject { ["displayName"] = "Gone" }))
                .IsProblem(403, "owner-protected");
            (await attacker.PostAsync(Owner, new JsonObject { ["userId"] = attacker.UserId })).IsProblem(403, "not-the-owner");
        }

        // Nor anybody else who may do more than they.
        (await helpdesk.PostAsync($"/api/v1/users/{peer.UserId}/disable", new JsonObject())).IsProblem(403, "beyond-own-access");
        (await helpdesk.SendAsync(HttpMethod.Post, $"/api/v1/users/{peer.UserId}/mfa/reset")).IsProblem(403, "beyond-own-access");
        Assert.True((await owner.GetAsync("/api/v1/auth/mfa")).Is(200).Json["enabled"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Ownership_passes_on_with_all_that_it_gives_and_the_former_owner_stays_an_administrator_who_can_be_demoted()
    {
        var owner = await api.RegisterAsync();
        var next = await api.AddUserAsync(owner);
        var body = new JsonObject { ["userId"] = next.UserId };
        Assert.Equal(next.UserId, (await owner.PostAsync(Owner, body)).Is(200).Text("ownerId"));

        Assert.Equal(PermissionsOf(await next.GetAsync("/api/v1/auth/me")), PermissionsOf(await owner.GetAsync("/api/v1/auth/me")));
        Assert.Equal(("enterprise", "subUser"), (await TierAsync(next), await TierAsync(owner)));
        (await owner.PostAsync($"/api/v1/users/{next.UserId}/disable", new JsonObject())).IsProblem(403, "owner-protected");
        (await owner.PostAsync(Owner, new JsonObject { ["userId"] = owner.UserId })).IsProblem(403, "not-the-owner");
        var told = (await next.GetAsync("/api/v1/audit-log?action=organisation.owner-changed")).Is(200).Json["items"]!.AsArray();
        var entry = Assert.Single(told)!;
        Assert.Equal(
            (owner.UserId, next.UserId, owner.UserId),
            (entry["actorId"]!.GetValue<string>(), entry["details"]!["owner"]!.GetValue<string>(),
                entry["details"]!["owner.was"]!.GetValue<string>()));

        (await next.SendAsync(HttpMethod.Put, $"/api/v1/users/{owner.UserId}/roles", new JsonObject { ["roles"] = new JsonArray() }))
            .Is(200);
        Assert.DoesNotContain("users:disable", PermissionsOf(await owner.GetAsync("/api/v1/auth/me")));

        // Repeated by whoever was part of it, it changes nothing: the former owner does not become an administrator again.
        (await owner.PostAsync(Owner, body.DeepClone())).Is(200);
        (await next.PostAsync(Owner, body.DeepClone())).Is(200);
        Assert.DoesNotContain("users:disable", PermissionsOf(await owner.GetAsync("/api/v1/auth/me")));

        Task<string> TierAsync(Account user) => TextAsync(next, $"/api/v1/users/{user.UserId}", "tier");
    }

    [Fact]
    public async Task A_repeated_handover_is_answered_as_the_first()
    {
        var owner = await api.RegisterAsync();
        var (next, key) = (await api.AddUserAsync(owner), Account.NewKey());
        var first = (await owner.PostAsync(Owner, new JsonObject { ["userId"] = next.UserId }, key)).Is(200);
        var second = (await owner.PostAsync(Owner, new JsonObject { ["userId"] = next.UserId }, key)).Is(200);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task The_next_owner_is_an_active_user_of_the_organisation()
    {
        var (owner, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        var invited = (
            await owner.PostAsync("/api/v1/users", new JsonObject { ["email"] = $"invited-{owner.Email}", ["displayName"] = "Invited" }))
                .Is(201).Text("id");
        var disabled = await api.AddUserAsync(owner);
        (await owner.PostAsync($"/api/v1/users/{disabled.UserId}/disable", new JsonObject())).Is(200);
        (await owner.PostAsync(Owner, new JsonObject { ["userId"] = stranger.UserId })).IsProblem(400, "unknown-user");
        (await owner.PostAsync(Owner, new JsonObject { ["userId"] = invited })).IsProblem(409, "user-not-active");
        (await owner.PostAsync(Owner, new JsonObject { ["userId"] = disabled.UserId })).IsProblem(409, "user-not-active");
        var machine = await ServiceAccount.CreateAsync(owner, "organisation:write", "access:grant");
        (await machine.SendAsync(HttpMethod.Post, Owner, new JsonObject { ["userId"] = disabled.UserId })).IsProblem(403, "users-only");
        Assert.Equal(owner.UserId, (await owner.GetAsync(Organisation)).Is(200).Text("ownerId"));
    }

    [Fact]
    public async Task An_organisation_of_one_and_the_platform_itself_stay_with_their_owner()
    {
        var admin = await api.SuperAdminAsync();
        var other = await api.AddUserAsync(admin);
        (await admin.PostAsync(Owner, new JsonObject { ["userId"] = other.UserId })).IsProblem(409, "ownership-fixed");
        (await admin.PostAsync($"/api/v1/admin/organisations/{admin.OrganisationId}/owner", new JsonObject { ["userId"] = other.UserId }))
            .IsProblem(409, "ownership-fixed");
        Assert.Equal("subUser", await TextAsync(admin, $"/api/v1/users/{other.UserId}", "tier"));
    }

    [Fact]
    public async Task A_super_admin_helps_an_owner_who_lost_everything()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        await Authenticator.SetUpAsync(owner);
        var found = Assert.Single(
            (await admin.GetAsync($"/api/v1/admin/users?q={owner.Email.ToUpperInvariant()}")).Is(200).Json["items"]!.AsArray())!;
        Assert.Equal(
            (owner.UserId, owner.OrganisationId, true),
            (found["id"]!.GetValue<string>(), found["organisationId"]!.GetValue<string>(), found["mfaEnabled"]!.GetValue<bool>()));
        (await admin.SendAsync(HttpMethod.Post, $"/api/v1/admin/users/{owner.UserId}/mfa/reset")).Is(200);
        (await owner.GetAsync("/api/v1/auth/me")).IsProblem(401);

        var again = await api.SignInAsync(owner.Email, owner.Password);
        (await admin.SendAsync(HttpMethod.Post, $"/api/v1/admin/users/{owner.UserId}/sessions/end")).Is(204);
        (await again.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await admin.SendAsync(HttpMethod.Post, $"/api/v1/admin/users/{owner.UserId}/enable")).IsProblem(409, "user-not-disabled");
        (await admin.SendAsync(HttpMethod.Post, $"/api/v1/admin/users/{owner.OrganisationId}/sessions/end")).IsProblem(404, "not-found");

        // In both logs, with the address of the super admin in that of the platform alone.
        again = await api.SignInAsync(owner.Email, owner.Password);
        foreach (var (reader, sees) in new[] { (again, false), (admin, true) })
        {
            var items = (await reader.GetAsync($"/api/v1/audit-log?entity={owner.UserId}&actor={admin.UserId}"))
                .Is(200).Json["items"]!.AsArray()
                .Where(item => item!["action"]!.GetValue<string>() is "user.mfa-reset" or "user.sessions-ended").ToList();
            Assert.Equal(["user.sessions-ended", "user.mfa-reset"], items.Select(item => item!["action"]!.GetValue<string>()));
            Assert.All(items, item => Assert.Equal(sees, item!["ip"] is not null));
        }
    }

    [Fact]
    public async Task Users_of_every_organisation_are_found_by_the_beginning_of_an_address_or_a_name_and_paged()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        var name = $"Zo_% {owner.UserId[..18]}";
        foreach (var number in new[] { 1, 2, 3 })
        {
            (await owner.PostAsync(
                "/api/v1/users", new JsonObject { ["email"] = $"z{number}-{owner.Email}", ["displayName"] = $"{name} {number}" })).Is(201);
        }

        var seen = new List<string>();
        for (var url = $"/api/v1/admin/users?limit=2&q={Uri.EscapeDataString(name.ToUpperInvariant())}"; url is not null;)
        {
            var page = (await admin.GetAsync(url)).Is(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(item => item!["displayName"]!.GetValue<string>()));
            url = page["nextCursor"]?.GetValue<string>() is { } cursor
                ? $"/api/v1/admin/users?limit=2&q={Uri.EscapeDataString(name.ToUpperInvariant())}&cursor={cursor}" : null;
        }

        Assert.Equal([$"{name} 3", $"{name} 2", $"{name} 1"], seen);
        Assert.Empty((await admin.GetAsync("/api/v1/admin/users?q=%25")).Is(200).Json["items"]!.AsArray());
        (await owner.GetAsync("/api/v1/admin/users?q=a")).IsProblem(403, "forbidden");
    }

    private static async Task<string> TextAsync(Account reader, string path, string member) =>
        (await reader.GetAsync(path)).Is(200).Text(member);

    private static IEnumerable<string> PermissionsOf(Answer me) =>
        me.Is(200).Json["permissions"]!.AsArray().Select(permission => permission!.GetValue<string>()).Order(StringComparer.Ordinal);
}
