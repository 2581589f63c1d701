using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Push;

/// <summary>The live feed of a wallet: it follows the ledger's sequence and shows no other wallet.</summary>
[Collection(ApiCollection.Name)]
public sealed class WalletFeedTests(ApiFixture api)
{
    [Fact]
    public async Task Each_transaction_comes_once_with_the_sequence_of_the_ledger()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("SubscribeWallet", account.WalletId);
        var snapshot = await hub.WaitForCallAsync("walletSnapshot");
        Assert.Equal(account.WalletId, snapshot["walletId"]!.GetValue<string>());
        Assert.Equal("100.00", snapshot["balance"]!["amount"]!.GetValue<string>());
        Assert.Equal(1, snapshot["sequence"]!.GetValue<long>());

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => account.ChargeAsync("1")));
        var held = (await account.PostAsync(
            $"{account.Wallet}/holds", new JsonObject { ["amount"] = Account.Money("5"), ["expiresIn"] = 60, ["reason"] = "r" })).Is(201);
        for (var sequence = 2; sequence <= 22; sequence++)
        {
            var update = await hub.WaitForCallAsync("walletUpdate");
            Assert.Equal(sequence, update["sequence"]!.GetValue<long>());
            Assert.Equal(sequence, update["transaction"]!["sequence"]!.GetValue<long>());
            Assert.Equal(update["transaction"]!["balanceAfter"]!["amount"]!.GetValue<string>(),
                update["balance"]!["amount"]!.GetValue<string>());
            if (sequence == 22)
            {
                Assert.Equal(("80.00", "5.00", "75.00"), (
                    update["balance"]!["amount"]!.GetValue<string>(), update["held"]!["amount"]!.GetValue<string>(),
                    update["available"]!["amount"]!.GetValue<string>()));
                Assert.Equal(held.Text("id"), update["transaction"]!["id"]!.GetValue<string>());
            }
        }
    }

    [Fact]
    public async Task A_change_of_limits_is_a_new_snapshot_and_after_unsubscribing_nothing_comes()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("SubscribeWallet", account.WalletId);
        await hub.WaitForCallAsync("walletSnapshot");
        (await account.SendAsync(HttpMethod.Put, $"{account.Wallet}/limits", new JsonObject { ["creditLimit"] = Account.Money("10") }))
            .Is(200);
        var snapshot = await hub.WaitForCallAsync("walletSnapshot");
        Assert.Equal("10.00", snapshot["available"]!["amount"]!.GetValue<string>());

        // A second listener: what it has received is included in the state of the next subscription.
        await using var other = await HubClient.ConnectAsync(api.Address, account.Token);
        await other.InvokeAsync("SubscribeWallet", account.WalletId);
        await other.WaitForCallAsync("walletSnapshot");
        await hub.InvokeAsync("UnsubscribeWallet", account.WalletId);
        await hub.WaitForResultAsync();
        (await account.DepositAsync("1")).Is(201);
        await other.WaitForCallAsync("walletUpdate");
        await hub.InvokeAsync("SubscribeWallet", account.WalletId);
        var next = await hub.WaitForAsync(message => message["target"] is not null);
        Assert.Equal("walletSnapshot", next["target"]!.GetValue<string>());
        Assert.Equal(1, next["arguments"]![0]!["sequence"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_wallet_of_another_organisation_is_not_found()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        await using var hub = await HubClient.ConnectAsync(api.Address, other.Token);
        await hub.InvokeAsync("SubscribeWallet", account.WalletId);
        Assert.Contains("not-found", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_without_permission_is_refused_and_one_who_loses_it_is_disconnected()
    {
        var owner = await api.RegisterAsync();
        var metrics = await ServiceAccount.CreateAsync(owner, "metrics:read");
        await using (var hub = await HubClient.ConnectAsync(api.Address, metrics.Key))
        {
            await hub.InvokeAsync("SubscribeWallet", owner.WalletId);
            Assert.Contains("forbidden", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        var wallets = await ServiceAccount.CreateAsync(owner, "metrics:read", "wallets:read");
        await using var connected = await HubClient.ConnectAsync(api.Address, wallets.Key);
        await connected.InvokeAsync("SubscribeWallet", owner.WalletId);
        await connected.WaitForCallAsync("walletSnapshot");
        (await owner.SendAsync(HttpMethod.Patch, wallets.Url, new JsonObject { ["permissions"] = new JsonArray("metrics:read") })).Is(200);
        await connected.IsClosedAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_sub_user_can_listen_only_to_their_own_wallet()
    {
        var owner = await api.RegisterAsync();
        var subUser = await api.AddUserAsync(owner);
        await using var hub = await HubClient.ConnectAsync(api.Address, subUser.Token);
        await hub.InvokeAsync("SubscribeWallet", owner.WalletId);
        Assert.Contains("forbidden", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
        await hub.InvokeAsync("SubscribeWallet", subUser.WalletId);
        Assert.Equal("0.00", (await hub.WaitForCallAsync("walletSnapshot"))["balance"]!["amount"]!.GetValue<string>());
        (await owner.PostAsync(
            $"{subUser.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("7"), ["reference"] = "bank" }, "own")).Is(201);
        Assert.Equal("7.00", (await hub.WaitForCallAsync("walletUpdate"))["balance"]!["amount"]!.GetValue<string>());
    }
}
