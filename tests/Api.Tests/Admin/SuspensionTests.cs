using System.Text.Json.Nodes;
using static Platform.Api.Tests.Admin.SuspendedOrganisation;

namespace Platform.Api.Tests.Admin;

/// <summary>A suspended organisation can still read, and its users can manage their own sign-in.</summary>
[Collection(ApiCollection.Name)]
public sealed class SuspensionTests(ApiFixture api, SuspendedOrganisation suspended) : IClassFixture<SuspendedOrganisation>
{
    /// <summary>Routes other than GET that do not change the organisation. Adding one is a deliberate decision, recorded here.</summary>
    private static readonly string[] OwnSignIn =
    [
        "DELETE /api/v1/auth/mfa/totp", "DELETE /api/v1/auth/sessions/{id}", "POST /api/v1/access/check", "POST /api/v1/auth/logout",
        "POST /api/v1/auth/logout-all", "POST /api/v1/auth/mfa/recovery-codes", "POST /api/v1/auth/mfa/totp",
        "POST /api/v1/auth/mfa/totp/confirm",
        "POST /api/v1/auth/password/change", "POST /api/v1/auth/step-up",
    ];

    public static TheoryData<string, string> Changes => ApiDocument.Routes((method, path, operation) =>
        method != "get" && operation["security"] is not null && !IsOfPlatform(path) &&
        !OwnSignIn.Contains($"{method.ToUpperInvariant()} {path}"));

    public static TheoryData<string, string> Reads => ApiDocument.Routes((method, path, operation) =>
        method == "get" && operation["security"] is not null && !IsOfPlatform(path));

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task No_route_changes_anything_of_a_suspended_organisation(string method, string path)
    {
        var before = await suspended.All.StateAsync();
        (await SendAsync(method, path, suspended.Owner.Token)).IsProblem(403, "organisation-suspended");
        var usersOnly = ApiDocument.Operation(method, path)["x-users-only"]?.GetValue<bool>() == true;
        (await SendAsync(method, path, suspended.Machine.Key)).IsProblem(403, usersOnly ? "users-only" : "organisation-suspended");
        Assert.Equal(before, await suspended.All.StateAsync());
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_suspended_organisation_reads_as_before(string method, string path)
    {
        Assert.DoesNotContain((await SendAsync(method, path, suspended.Owner.Token)).Status, (int[])[401, 403, 500, 503]);
        if (ApiDocument.Operation(method, path)["x-users-only"]?.GetValue<bool>() != true)
        {
            Assert.DoesNotContain((await SendAsync(method, path, suspended.Machine.Key)).Status, (int[])[401, 403, 500, 503]);
        }
    }

    [Fact]
    public async Task Suspension_and_restoration_take_effect_with_the_next_request()
    {
        var (admin, owner, other) = (await api.SuperAdminAsync(), await api.RegisterAsync(), await api.RegisterAsync());
        var machine = await ServiceAccount.CreateAsync(owner, "wallets:read", "wallets:charge");
        var charge = new JsonObject { ["amount"] = Account.Money("1"), ["reason"] = "a report" };
        (await owner.DepositAsync("100")).Is(201);
        (await other.DepositAsync("100")).Is(201);
        for (var round = 1; round <= 5; round++)
        {
            (await owner.ChargeAsync("1")).Is(201);
            (await SuspendAsync(admin, owner.OrganisationId)).Is(200);
            (await owner.ChargeAsync("1")).IsProblem(403, "organisation-suspended");
            (await machine.SendAsync(HttpMethod.Post, $"{owner.Wallet}/charges", charge)).IsProblem(403, "organisation-suspended");
            (await other.ChargeAsync("1")).Is(201);
            (await RestoreAsync(admin, owner.OrganisationId)).Is(200);
            (await machine.SendAsync(HttpMethod.Post, $"{owner.Wallet}/charges", charge)).Is(201);
            Assert.Equal($"{100 - (2 * round)}.00", await owner.BalanceAsync());
        }
    }

    [Fact]
    public async Task A_key_that_was_refused_while_suspended_is_decided_when_it_is_retried()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        (await owner.DepositAsync("5")).Is(201);
        (await SuspendAsync(admin, owner.OrganisationId)).Is(200);
        var key = Account.NewKey();
        (await owner.ChargeAsync("1", key)).IsProblem(403, "organisation-suspended");
        (await RestoreAsync(admin, owner.OrganisationId)).Is(200);
        (await owner.ChargeAsync("1", key)).Is(201);
        Assert.Equal("4.00", await owner.BalanceAsync());
    }

    [Fact]
    public async Task Its_users_can_sign_in_and_out_and_see_the_reason()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        (await SuspendAsync(admin, owner.OrganisationId, "three months overdue")).Is(200);
        var again = await api.SignInAsync(owner.Email, owner.Password);
        var refreshed = (await api.RefreshAsync(again.RefreshToken)).Is(200);
        again = again with { Token = refreshed.Text("tokens", "accessToken") };
        var organisation = (await again.GetAsync("/api/v1/organisation")).Is(200);
        Assert.Equal(("suspended", "three months overdue"), (organisation.Text("status"), organisation.Text("suspension", "reason")));
        await using var hub = await HubClient.ConnectAsync(api.Address, again.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        await hub.WaitForCallAsync("snapshot");
        (await again.SendAsync(HttpMethod.Post, "/api/v1/auth/password/change", new JsonObject
        {
            ["currentPassword"] = owner.Password, ["newPassword"] = "quite another password",
        })).Is(204);
        var last = await api.SignInAsync(owner.Email, "quite another password");
        (await last.SendAsync(HttpMethod.Post, "/api/v1/auth/logout")).Is(204);
        (await last.GetAsync("/api/v1/auth/me")).IsProblem(401);
    }

    [Fact]
    public async Task A_live_connection_survives_a_suspension()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        await using var hub = await HubClient.ConnectAsync(api.Address, owner.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        await hub.WaitForCallAsync("snapshot");
        (await SuspendAsync(admin, owner.OrganisationId)).Is(200);
        (await RestoreAsync(admin, owner.OrganisationId)).Is(200);
        (await owner.DepositAsync("3")).Is(201);
        var update = await hub.WaitForCallAsync("update", message => message["widgetId"]!.GetValue<string>() == "wallet.deposits");
        Assert.Equal(3m, update["values"]![0]!["today"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Nobody_joins_a_suspended_organisation_by_an_invitation()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        const string Email = "invited-to-suspended@example.test";
        (await owner.PostAsync("/api/v1/users", new JsonObject { ["email"] = Email, ["displayName"] = "Ben" })).Is(201);
        var body = new JsonObject { ["token"] = await api.Mail.TokenAsync(Email, "You are invited"), ["password"] = "a long password" };
        (await SuspendAsync(admin, owner.OrganisationId)).Is(200);
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/invitations/accept", body.DeepClone()))
            .IsProblem(403, "organisation-suspended");
        (await RestoreAsync(admin, owner.OrganisationId)).Is(200);
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/invitations/accept", body)).Is(200);
    }

    [Fact]
    public async Task It_is_in_both_logs_and_only_the_platforms_has_the_super_admins_address()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        (await SuspendAsync(admin, owner.OrganisationId, "overdue again")).Is(200);
        (await RestoreAsync(admin, owner.OrganisationId)).Is(200);
        foreach (var (reader, sees) in new[] { (owner, false), (admin, true) })
        {
            var items = (await reader.GetAsync($"/api/v1/audit-log?entity={owner.OrganisationId}&action=organisation."))
                .Is(200).Json["items"]!.AsArray();
            Assert.Equal(["organisation.restored", "organisation.suspended"],
                items.Select(item => item!["action"]!.GetValue<string>()).Take(2));
            var entry = items[1]!;
            Assert.Equal("overdue again", entry["details"]!["reason"]!.GetValue<string>());
            Assert.Equal(admin.UserId, entry["actorId"]!.GetValue<string>());
            Assert.Equal(sees, entry["ip"] is not null);
        }
    }

    [Fact]
    public async Task The_platform_cannot_be_suspended_and_unknown_organisations_are_404()
    {
        var (admin, owner) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        (await SuspendAsync(admin, admin.OrganisationId)).IsProblem(409, "platform-organisation");
        (await admin.GetAsync("/api/v1/admin/overview")).Is(200);
        (await SuspendAsync(admin, owner.UserId)).IsProblem(404, "not-found");
        (await RestoreAsync(admin, owner.UserId)).IsProblem(404, "not-found");
        (await SuspendAsync(admin, owner.OrganisationId, "")).IsProblem(400, "invalid-reason");
        (await SuspendAsync(owner, owner.OrganisationId)).IsProblem(403, "forbidden");
        (await RestoreAsync(admin, owner.OrganisationId)).Is(200); // It is active, so nothing happens.
        (await owner.DepositAsync("1")).Is(201);
    }

    [Fact]
    public async Task An_organisation_cannot_restore_itself()
    {
        (await RestoreAsync(suspended.Owner, suspended.Owner.OrganisationId)).IsProblem(403, "forbidden");
        (await suspended.Owner.ChargeAsync("1")).IsProblem(403, "organisation-suspended");
    }

    private Task<Answer> SendAsync(string method, string path, string token) => api.SendRawAsync(
        new HttpMethod(method), suspended.All.PathOf(path), ApiDocument.BodyOf(method, path), token, Account.NewKey(), "application/json");

    private static bool IsOfPlatform(string path) => path.StartsWith("/api/v1/admin/", StringComparison.Ordinal);
}
