using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Push;

/// <summary>The live hub: who may subscribe, and what they receive.</summary>
[Collection(ApiCollection.Name)]
public sealed class LiveTests(ApiFixture api)
{
    [Fact]
    public async Task A_charge_reaches_the_subscribed_dashboard()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        var snapshot = await hub.WaitForCallAsync("snapshot");
        Assert.Contains("revenue", snapshot["widgets"]!.AsArray().Select(widget => widget!["widgetId"]!.GetValue<string>()));

        (await account.DepositAsync("100")).Is(201);
        (await account.ChargeAsync("12.50")).Is(201);
        var update = await hub.WaitForCallAsync("update", message => message["widgetId"]!.GetValue<string>() == "wallet.charges");
        var value = Assert.Single(update["values"]!.AsArray())!;
        Assert.Equal("USD", value["unit"]!.GetValue<string>());
        Assert.Equal(12.50m, value["today"]!.GetValue<decimal>());
        Assert.Equal(1, value["countToday"]!.GetValue<long>());
        Assert.Equal(snapshot["epoch"]!.GetValue<string>(), update["epoch"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_client_that_resumes_gets_the_missed_updates()
    {
        var account = await api.RegisterAsync();
        string epoch;
        long offset;
        await using (var hub = await HubClient.ConnectAsync(api.Address, account.Token))
        {
            await hub.InvokeAsync("Subscribe", "overview");
            await hub.WaitForCallAsync("snapshot");
            (await account.DepositAsync("100")).Is(201);
            var update = await hub.WaitForCallAsync("update");
            (epoch, offset) = (update["epoch"]!.GetValue<string>(), update["offset"]!.GetValue<long>());
        }

        (await account.ChargeAsync("2")).Is(201);
        await using var back = await HubClient.ConnectAsync(api.Address, account.Token);
        await back.InvokeAsync("Resume", "overview", epoch, offset);
        Assert.True((await back.WaitForResultAsync())["result"]!["recovered"]!.GetValue<bool>());
        var missed = await back.WaitForCallAsync("update", message => message["widgetId"]!.GetValue<string>() == "wallet.charges");
        Assert.Equal(2m, missed["values"]![0]!["today"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task A_client_that_resumes_with_an_unknown_epoch_gets_a_snapshot()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("Resume", "overview", "another-epoch", 5);
        var snapshot = await hub.WaitForCallAsync("snapshot");
        Assert.False(snapshot["recovered"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Updates_never_reach_another_organisation()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        await hub.WaitForCallAsync("snapshot");
        (await other.DepositAsync("77")).Is(201);
        (await account.DepositAsync("5")).Is(201);
        var update = await hub.WaitForCallAsync("update", message => message["widgetId"]!.GetValue<string>() == "wallet.deposits");
        Assert.Equal(5m, update["values"]![0]!["today"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task A_client_that_does_not_read_delays_nobody_else()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("1000")).Is(201);
        await using var slow = await HubClient.ConnectAsync(api.Address, account.Token);
        await slow.InvokeAsync("Subscribe", "overview");
        await using var quick = await HubClient.ConnectAsync(api.Address, account.Token);
        await quick.InvokeAsync("Subscribe", "overview");
        await quick.WaitForCallAsync("snapshot");
        for (var i = 0; i < 300; i++)
        {
            (await account.ChargeAsync("1")).Is(201);
        }

        var update = await quick.WaitForCallAsync("update", message =>
            message["widgetId"]!.GetValue<string>() == "wallet.charges" && message["values"]![0]!["countToday"]!.GetValue<long>() == 300);
        Assert.Equal(300m, update["values"]![0]!["today"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task An_unknown_dashboard_is_refused()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("Subscribe", "somebody-elses");
        Assert.Contains("not-found", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task The_hub_refuses_callers_without_a_valid_token(string token)
    {
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(api.Address, token));
        (await api.SendAsync(HttpMethod.Post, $"/hubs/live/negotiate?negotiateVersion=1&access_token={token}", new JsonObject()))
            .IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_connection_ends_with_its_token()
    {
        var account = await api.RegisterAsync();
        var token = await ShortTokens.SignAsync(api, account, TimeSpan.FromSeconds(3));
        await using var hub = await HubClient.ConnectAsync(api.Address, token);
        await Assert.ThrowsAnyAsync<Exception>(() => hub.WaitForAsync(_ => false));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(api.Address, token));
    }
}
