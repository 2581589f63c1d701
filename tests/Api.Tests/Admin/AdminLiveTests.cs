using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Admin;

/// <summary>The live view of the platform, only for super admins.</summary>
[Collection(ApiCollection.Name)]
public sealed class AdminLiveTests(ApiFixture api)
{
    [Fact]
    public async Task A_charge_anywhere_reaches_the_super_admin()
    {
        var (admin, account) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        await using var hub = await HubClient.ConnectAsync(api.Address, admin.Token);
        await hub.InvokeAsync("SubscribeAdmin", "Europe/Berlin");
        var snapshot = await hub.WaitForCallAsync("adminSnapshot");
        Assert.Equal(1, snapshot["offset"]!.GetValue<long>());
        Assert.Equal("Europe/Berlin", snapshot["overview"]!["timeZone"]!.GetValue<string>());

        (await account.DepositAsync("100")).Is(201);
        (await account.ChargeAsync("12.34")).Is(201);
        var update = await hub.WaitForCallAsync(
            "adminUpdate", message => Of(message, account).Any(item => item["type"]!.GetValue<string>() == "wallet.charged"));
        var charged = Of(update, account).First(item => item["type"]!.GetValue<string>() == "wallet.charged");
        Assert.Equal("12.34", charged["amount"]!["amount"]!.GetValue<string>());
        Assert.True(update["offset"]!.GetValue<long>() > 1);
    }

    [Fact]
    public async Task Other_callers_are_refused()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("SubscribeAdmin", "UTC");
        Assert.Contains("forbidden", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);

        // No admin messages arrive: the next call belongs to the caller's own dashboard.
        (await account.DepositAsync("1")).Is(201);
        await hub.InvokeAsync("Subscribe", "overview");
        Assert.Equal("snapshot", (await hub.WaitForAsync(message => message["target"] is not null))["target"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unknown_time_zone_is_refused()
    {
        var admin = await api.SuperAdminAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, admin.Token);
        await hub.InvokeAsync("SubscribeAdmin", "Mars/Base");
        Assert.Contains("unknown-time-zone", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode> Of(JsonNode message, Account account) =>
        message["activity"]!.AsArray().Select(item => item!)
            .Where(item => item["organisationId"]!.GetValue<string>() == account.OrganisationId);
}
