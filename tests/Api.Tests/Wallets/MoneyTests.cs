using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Wallets;

/// <summary>Deposits and charges: validation, idempotency and concurrency.</summary>
[Collection(ApiCollection.Name)]
public sealed class MoneyTests(ApiFixture api)
{
    public static TheoryData<string> BadAmounts =>
    [
        """{"amount":"0","currency":"USD"}""", """{"amount":"0.00","currency":"USD"}""", """{"amount":"-1","currency":"USD"}""",
        """{"amount":"1.001","currency":"USD"}""", """{"amount":"1e2","currency":"USD"}""", """{"amount":"1E2","currency":"USD"}""",
        """{"amount":"+1","currency":"USD"}""", """{"amount":" 1","currency":"USD"}""", """{"amount":"1,000","currency":"USD"}""",
        """{"amount":".5","currency":"USD"}""", """{"amount":"5.","currency":"USD"}""", """{"amount":"","currency":"USD"}""",
        """{"amount":"NaN","currency":"USD"}""", """{"amount":"Infinity","currency":"USD"}""", """{"amount":"0x10","currency":"USD"}""",
        """{"amount":"10000000000000.01","currency":"USD"}""", """{"amount":"9223372036854775808","currency":"USD"}""",
        """{"amount":"99999999999999999999999999999999999999","currency":"USD"}""", """{"amount":"\u0661","currency":"USD"}""",
        """{"amount":1,"currency":"USD"}""", """{"amount":1.5,"currency":"USD"}""", """{"amount":null,"currency":"USD"}""",
        """{"amount":"1"}""", """{"currency":"USD"}""", """{"amount":"1","currency":"usd"}""", """{"amount":"1","currency":"ZZZ"}""",
        """{"amount":"1","currency":"EUR"}""", """{"amount":"1","currency":"JPY"}""", """{"amount":"1","amount":"1","currency":"USD"}""",
        """{"amount":"1","currency":"USD","extra":1}""", "5", "\"5\"", "null", "[]", "{}",
    ];

    [Theory]
    [MemberData(nameof(BadAmounts))]
    public async Task A_bad_amount_is_400_and_changes_nothing(string amount)
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        foreach (var (route, rest) in new[] { ("charges", "\"reason\":\"r\""), ("deposits", "\"reference\":\"r\"") })
        {
            var answer = await api.SendRawAsync(
                HttpMethod.Post, $"{account.Wallet}/{route}", $"{{\"amount\":{amount},{rest}}}", account.Token, Account.NewKey(),
                "application/json");
            answer.IsProblem(400);
            Assert.StartsWith("/amount", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        var wallet = (await account.GetAsync(account.Wallet)).Is(200);
        Assert.Equal("100.00", wallet.Text("balance", "amount"));
        Assert.Single(await account.HistoryAsync());
        Assert.Equal(2, (await account.ChargeAsync("1")).Is(201).Json["sequence"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_charge_returns_its_transaction()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var charge = (await account.ChargeAsync("12.5")).Is(201);
        Assert.Equal("12.50", charge.Text("amount", "amount"));
        Assert.Equal("87.50", charge.Text("balanceAfter", "amount"));
        Assert.Equal("charge", charge.Text("type"));
        Assert.Equal(account.WalletId, charge.Text("walletId"));
        Assert.EndsWith("Z", charge.Text("at"), StringComparison.Ordinal);
        Assert.Equal("87.50", await account.BalanceAsync());
        Assert.Equal([2L, 1L], (await account.HistoryAsync()).Select(item => item["sequence"]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_charge_beyond_the_balance_is_409_and_says_what_is_available()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("10")).Is(201);
        var answer = (await account.ChargeAsync("10.01")).IsProblem(409, "insufficient-funds");
        Assert.Equal("10.00", answer.Text("available", "amount"));
        Assert.Equal("USD", answer.Text("available", "currency"));
        Assert.Equal("10.00", await account.BalanceAsync());
    }

    [Fact]
    public async Task A_refused_key_stays_refused_when_money_arrives_later()
    {
        var account = await api.RegisterAsync();
        (await account.ChargeAsync("5", "later")).IsProblem(409, "insufficient-funds");
        (await account.DepositAsync("10")).Is(201);
        var again = (await account.ChargeAsync("5", "later")).IsProblem(409, "insufficient-funds");
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Equal("10.00", await account.BalanceAsync());
    }

    [Fact]
    public async Task A_repeated_request_gets_the_same_answer_and_moves_nothing()
    {
        var account = await api.RegisterAsync();
        var deposit = (await account.DepositAsync("50", "once")).Is(201);
        var again = (await account.DepositAsync("50", "once")).Is(201);
        Assert.Equal(deposit.Body, again.Body);
        Assert.Null(deposit.Header("Idempotency-Replayed"));
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Equal("50.00", await account.BalanceAsync());
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_422()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("50")).Is(201);
        (await account.ChargeAsync("5", "k")).Is(201);
        Differs((await account.ChargeAsync("5.01", "k")).IsProblem(422, "idempotency-key-reused"), "/amount");
        Differs((await account.ChargeAsync("5", "k", "another reason")).IsProblem(422, "idempotency-key-reused"), "/reason");
        (await account.ChargeAsync("50", "refused")).IsProblem(409, "insufficient-funds");
        Differs(
            (await account.ChargeAsync("49", "refused", "another reason")).IsProblem(422, "idempotency-key-reused"), "/amount", "/reason");
        Assert.Equal("45.00", await account.BalanceAsync());

        static void Differs(Answer problem, params string[] pointers) => Assert.Equal(
            pointers.Select(pointer => (pointer, "idempotency-mismatch")),
            problem.Json["errors"]!.AsArray().Select(error => (error!["pointer"]!.GetValue<string>(), error["code"]!.GetValue<string>())));
    }

    [Fact]
    public async Task A_key_is_scoped_to_its_resource_and_organisation()
    {
        var (one, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await one.DepositAsync("50", "shared")).Is(201);
        (await other.DepositAsync("60", "shared")).Is(201);
        (await one.ChargeAsync("5", "shared")).Is(201);
        Assert.Equal(("45.00", "60.00"), (await one.BalanceAsync(), await other.BalanceAsync()));
    }

    [Fact]
    public async Task Another_spelling_of_an_address_is_the_same_resource()
    {
        var account = await api.RegisterAsync();
        var body = new JsonObject { ["amount"] = Account.Money("7"), ["reference"] = "r" };
        (await account.PostAsync($"/api/v1/wallets/{account.WalletId}/deposits", body, "s")).Is(201);
        (await account.PostAsync($"/API/v1/WALLETS/{account.WalletId.ToUpperInvariant()}/Deposits/", body, "s")).Is(201);
        Assert.Equal("7.00", await account.BalanceAsync());
    }

    [Fact]
    public async Task Fifty_identical_requests_at_once_are_one_movement()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => account.ChargeAsync("3", "fifty")));
        Assert.All(answers, answer => answer.Is(201));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(answers, answer => answer.Header("Idempotency-Replayed") is null);
        Assert.Equal("97.00", await account.BalanceAsync());
        Assert.Equal(2, (await account.HistoryAsync()).Count);
    }

    [Fact]
    public async Task Concurrent_charges_never_exceed_the_balance()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("10")).Is(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => account.ChargeAsync("1")));
        Assert.Equal(10, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsProblem(409, "insufficient-funds"));
        Assert.Equal("0.00", await account.BalanceAsync());
    }

    [Theory]
    [InlineData("JPY", "100", "0.5")]
    [InlineData("KWD", "1.234", "1.2345")]
    public async Task Amounts_have_the_digits_of_their_currency(string currency, string good, string bad)
    {
        var account = await api.RegisterAsync(currency);
        var deposits = $"{account.Wallet}/deposits";
        (await account.PostAsync(deposits, new JsonObject { ["amount"] = Account.Money(good, currency), ["reference"] = "r" })).Is(201);
        (await account.PostAsync(deposits, new JsonObject { ["amount"] = Account.Money(bad, currency), ["reference"] = "r" }))
            .IsProblem(400, "invalid-amount");
        Assert.Equal(good, await account.BalanceAsync());
    }

    [Fact]
    public async Task Another_wallet_is_opened_once_per_key()
    {
        var account = await api.RegisterAsync();
        var first = (await account.PostAsync("/api/v1/wallets", new JsonObject { ["currency"] = "EUR" }, "open")).Is(201);
        var again = (await account.PostAsync("/api/v1/wallets", new JsonObject { ["currency"] = "EUR" }, "open")).Is(201);
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal($"/api/v1/wallets/{first.Text("id")}", first.Header("Location"));
        Assert.Equal(2, (await account.GetAsync("/api/v1/wallets")).Json["items"]!.AsArray().Count);
        (await account.PostAsync("/api/v1/wallets", new JsonObject { ["currency"] = "GBP" }, "open"))
            .IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task An_activity_is_charged_once_for_a_key_even_when_its_price_changes()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("10")).Is(201);
        var body = new JsonObject { ["type"] = "report-generation", ["quantity"] = 2 };
        var first = (await account.PostAsync("/api/v1/activities", body, "act")).Is(201);
        (await api.SendAsync(HttpMethod.Put, "/api/v1/activity-types/report-generation", new JsonObject
        {
            ["name"] = "Report generation",
            ["unitPrices"] = new JsonArray(Account.Money("4")),
        }, account.Token)).Is(200);
        var again = (await account.PostAsync("/api/v1/activities", body, "act")).Is(201);
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal("2.00", again.Text("cost", "amount"));
        Assert.Equal("8.00", await account.BalanceAsync());
        Assert.Equal(
            "4.00",
            (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "report-generation" })).Is(201)
            .Text("cost", "amount"));
    }

    [Fact]
    public async Task An_activity_that_the_wallet_cannot_pay_is_declined()
    {
        var account = await api.RegisterAsync();
        (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "report-generation" }))
            .IsProblem(409, "insufficient-funds");
        (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "no-such-type" }))
            .IsProblem(400, "unknown-activity-type");
        Assert.Empty(await account.HistoryAsync());
    }
}
