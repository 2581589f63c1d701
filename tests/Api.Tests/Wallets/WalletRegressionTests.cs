using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Wallets;

/// <summary>Regression tests of the wallet routes, each named for the fault.</summary>
[Collection(ApiCollection.Name)]
public sealed class WalletRegressionTests(ApiFixture api)
{
    [Fact]
    public async Task A_direct_charge_and_a_hold_count_for_the_limits_of_their_type_of_activity()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var limits = new JsonObject
        {
            ["perActivityType"] = new JsonArray(new JsonObject { ["type"] = "report", ["perDay"] = Account.Money("10") }),
        };
        (await account.SendAsync(HttpMethod.Put, $"{account.Wallet}/limits", limits)).Is(200);
        (await ChargeAsync("8", "report")).Is(201);
        Assert.Equal("report", (await ChargeAsync("3", "report")).IsProblem(409, "limit-exceeded").Text("activityType"));
        (await account.PostAsync($"{account.Wallet}/holds", With("3", "report", ("expiresIn", 60)))).IsProblem(409, "limit-exceeded");
        (await account.PostAsync($"{account.Wallet}/holds", With("2", "report", ("expiresIn", 60)))).Is(201);
        (await ChargeAsync("1", "report")).IsProblem(409, "limit-exceeded");
        (await ChargeAsync("50", "other")).Is(201);

        // The same key with another activity type is a different request.
        (await ChargeAsync("1", "other", "typed")).Is(201);
        var reused = (await ChargeAsync("1", "report", "typed")).IsProblem(422, "idempotency-key-reused");
        Assert.Equal("/activityType", reused.Json["errors"]![0]!["pointer"]!.GetValue<string>());

        Task<Answer> ChargeAsync(string amount, string type, string? key = null) =>
            account.PostAsync($"{account.Wallet}/charges", With(amount, type), key);
    }

    [Fact]
    public async Task The_rest_of_a_partly_used_grant_is_revoked()
    {
        var account = await api.RegisterAsync();
        var grant = (await account.PostAsync($"{account.Wallet}/credits", With("10", null))).Is(201).Text("id");
        (await account.ChargeAsync("3")).Is(201);
        var revoked = (await account.PostAsync($"/api/v1/transactions/{grant}/reversals", new JsonObject { ["reason"] = "misuse" }))
            .Is(201);
        Assert.Equal(("7.00", "0.00"), (revoked.Text("amount", "amount"), revoked.Text("balanceAfter", "amount")));
        (await account.PostAsync($"/api/v1/transactions/{grant}/reversals", new JsonObject { ["reason"] = "again" }))
            .IsProblem(409, "already-reversed");
    }

    [Fact]
    public async Task A_refused_transfer_leaves_no_line()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await account.DepositAsync("10")).Is(201);
        var euros = (await account.PostAsync("/api/v1/wallets", new JsonObject { ["currency"] = "EUR" })).Is(201).Text("id");
        var frozen = (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201).Text("id");
        (await account.PostAsync($"/api/v1/wallets/{frozen}/freeze", new JsonObject { ["reason"] = "check" })).Is(200);
        var child = (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201).Text("id");
        (await account.SendAsync(
            HttpMethod.Put, $"/api/v1/wallets/{child}/budget",
            new JsonObject { ["parentWalletId"] = account.WalletId, ["slice"] = Account.Money("1") })).Is(200);
        foreach (var (to, amount, code) in new[]
        {
            (euros, "1", "currency-mismatch"), (frozen, "1", "wallet-frozen"), (child, "1", "wallet-is-leased"),
            (other.WalletId, "1", "wallet-not-found"),
            (frozen, "11", "insufficient-funds"),
        })
        {
            var key = Account.NewKey();
            var body = With(amount, null, ("fromWalletId", account.WalletId), ("toWalletId", to));
            (await account.PostAsync("/api/v1/transfers", body, key)).IsProblem(409, code);
            Assert.Equal(
                "true", (await account.PostAsync("/api/v1/transfers", body, key)).IsProblem(409, code).Header("Idempotency-Replayed"));
        }

        Assert.Single(await account.HistoryAsync());
        Assert.Equal("10.00", await account.BalanceAsync());
        (await account.PostAsync($"/api/v1/wallets/{frozen}/unfreeze", new JsonObject { ["reason"] = "checked" })).Is(200);
        (await account.PostAsync("/api/v1/transfers", With("1", null, ("fromWalletId", account.WalletId), ("toWalletId", frozen)))).Is(201);
    }

    [Fact]
    public async Task Lists_of_wallets_and_budgets_show_limits_slice_and_why_a_wallet_is_frozen()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var child = (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201).Text("id");
        var budget = new JsonObject
        {
            ["parentWalletId"] = account.WalletId,
            ["slice"] = Account.Money("5"),
            ["perDay"] = Account.Money("20"),
            ["perActivityType"] = new JsonArray(new JsonObject { ["type"] = "report", ["perMonth"] = Account.Money("7") }),
        };
        (await account.SendAsync(HttpMethod.Put, $"/api/v1/wallets/{child}/budget", budget)).Is(200);
        (await account.PostAsync($"/api/v1/wallets/{child}/freeze", new JsonObject { ["reason"] = "check" })).Is(200);
        (await account.SendAsync(HttpMethod.Put, $"{account.Wallet}/limits", new JsonObject { ["perTransaction"] = Account.Money("50") }))
            .Is(200);

        var one = (await account.GetAsync($"/api/v1/wallets/{child}")).Is(200).Json;
        Assert.Equal(("5.00", "20.00", "7.00", "check"), Shown(one));
        var wallets = (await account.GetAsync("/api/v1/wallets")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(one.ToJsonString(), wallets.Single(wallet => wallet!["id"]!.GetValue<string>() == child)!.ToJsonString());
        Assert.Equal(
            one.ToJsonString(),
            Assert.Single((await account.GetAsync($"{account.Wallet}/budgets")).Is(200).Json["items"]!.AsArray())!.ToJsonString());
        var parent = wallets.Single(wallet => wallet!["id"]!.GetValue<string>() == account.WalletId)!;
        Assert.Equal((await account.GetAsync(account.Wallet)).Is(200).Json.ToJsonString(), parent.ToJsonString());
        Assert.Equal(("50.00", true), (parent["limits"]!["perTransaction"]!["amount"]!.GetValue<string>(), parent["slice"] is null));

        static (string, string, string, string) Shown(JsonNode wallet) => (
            wallet["slice"]!["amount"]!.GetValue<string>(), wallet["limits"]!["perDay"]!["amount"]!.GetValue<string>(),
            wallet["limits"]!["perActivityType"]![0]!["perMonth"]!["amount"]!.GetValue<string>(),
            wallet["frozenReason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Corrections_and_promotional_credit_are_in_the_audit_log()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await account.PostAsync($"{account.Wallet}/adjustments", With("2", null, ("direction", "debit")))).Is(201);
        var grant = (await account.PostAsync($"{account.Wallet}/credits", With("10", null))).Is(201).Text("id");
        var charge = (await account.ChargeAsync("3")).Is(201).Text("id");
        (await account.PostAsync($"/api/v1/transactions/{charge}/refunds", new JsonObject())).Is(201);
        (await account.PostAsync($"/api/v1/transactions/{grant}/reversals", new JsonObject { ["reason"] = "misuse" })).Is(201);
        var log = (await account.GetAsync("/api/v1/audit-log?action=wallet.")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(
            ["wallet.reversed", "wallet.refunded", "wallet.credit-granted", "wallet.adjusted", "wallet.opened"],
            log.Select(entry => entry!["action"]!.GetValue<string>()));
        Assert.All(log.Take(4), entry => Assert.Equal((account.WalletId, account.UserId, "127.0.0.1"), (
            entry!["entityId"]!.GetValue<string>(), entry["actorId"]!.GetValue<string>(), entry["ip"]?.GetValue<string>())));
        Assert.Equal("2.00 USD", log[3]!["details"]!["amount"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refund_of_a_charge_paid_with_expired_credit_reports_what_did_not_come_back()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(2);
        (await account.PostAsync(
            $"{account.Wallet}/credits",
            With("10", null, ("expiresAt", end.ToString("O", System.Globalization.CultureInfo.InvariantCulture))))).Is(201);
        var charge = (await account.ChargeAsync("12")).Is(201);
        Assert.Null(charge.Json["expired"]);
        await Testing.Eventually.HoldsAsync(
            () => Task.FromResult(TimeProvider.System.GetUtcNow() > end), TimeSpan.FromSeconds(10), "the credit has expired");

        var refund = (await account.PostAsync($"/api/v1/transactions/{charge.Text("id")}/refunds", new JsonObject())).Is(201);
        Assert.Equal(
            ("12.00", "10.00", "100.00"),
            (refund.Text("amount", "amount"), refund.Text("expired", "amount"), refund.Text("balanceAfter", "amount")));
        Assert.Equal("10.00", (await account.HistoryAsync())[0]["expired"]!["amount"]!.GetValue<string>());
        var detail = (await account.GetAsync($"/api/v1/transactions/{refund.Text("id")}")).Is(200).Json;
        Assert.Equal("10.00", detail["transaction"]!["expired"]!["amount"]!.GetValue<string>());
        Assert.Contains(detail["postings"]!.AsArray(), posting => posting!["to"]!.GetValue<string>() == "expired");
    }

    private static JsonObject With(string amount, string? type, params (string Name, JsonNode Value)[] more)
    {
        var body = new JsonObject { ["amount"] = Account.Money(amount), ["reason"] = "a report" };
        if (type is not null)
        {
            body["activityType"] = type;
        }

        foreach (var (name, value) in more)
        {
            body[name] = value;
        }

        return body;
    }
}
