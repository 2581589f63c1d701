using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Activities;

/// <summary>Prices below a cent, fractional quantities, and built-in prices.</summary>
[Collection(ApiCollection.Name)]
public sealed class UnitPriceTests(ApiFixture api)
{
    private const string Calls = "/api/v1/activity-types/api-calls";

    [Theory]
    [InlineData("USD", "1.00")]
    [InlineData("JPY", "1")]
    public async Task A_built_in_type_shows_the_price_that_is_charged(string currency, string price)
    {
        var account = await api.RegisterAsync(currency);
        var listed = (await account.GetAsync("/api/v1/activity-types")).Is(200).Json["items"]!.AsArray()
            .Single(type => type!["code"]!.GetValue<string>() == "form-download")!;
        var single = (await account.GetAsync("/api/v1/activity-types/form-download")).Is(200).Json;
        Assert.Equal(listed.ToJsonString(), single.ToJsonString());
        Assert.Equal($$"""[{"amount":"{{price}}","currency":"{{currency}}"}]""", single["unitPrices"]!.ToJsonString());
        Assert.Equal((true, true), (single["builtIn"]!.GetValue<bool>(), single["builtInPrice"]!.GetValue<bool>()));
        (await account.PostAsync(
            $"{account.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("5", currency), ["reference"] = "bank" })).Is(201);
        Assert.Equal(
            price,
            (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "form-download" })).Is(201).Text("cost", "amount"));
        (await account.GetAsync("/api/v1/activity-types/no-such-type")).IsProblem(404);

        (await account.SendAsync(HttpMethod.Put, "/api/v1/activity-types/form-download", Priced("2", currency))).Is(200);
        Assert.False((await account.GetAsync("/api/v1/activity-types/form-download")).Is(200).Json["builtInPrice"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Prices_below_a_cent_and_fractions_are_charged_exactly_and_rounded_once()
    {
        var account = await FundedAsync("0.005");
        Assert.Equal("0.005", (await account.GetAsync(Calls)).Is(200).Json["unitPrices"]![0]!["amount"]!.GetValue<string>());
        Assert.Equal("0.01", (await PerformAsync(account, 1)).Text("cost", "amount"));
        Assert.Equal("0.00", (await PerformAsync(account, 0.999999m)).Text("cost", "amount"));
        Assert.Equal("6.17", (await PerformAsync(account, "1234.567")).Text("cost", "amount"));
        var last = await PerformAsync(account, 0.5m);
        Assert.Equal((1236.566999m, "0.005"), (last.Json["usedBefore"]!.GetValue<decimal>(), last.Text("unitPrice", "amount")));
        Assert.Equal("93.82", await account.BalanceAsync());

        var total = (await account.GetAsync("/api/v1/activities/stats")).Is(200).Json["total"]!;
        Assert.Equal(
            (4, 1237.066999m, "6.18"),
            (total["count"]!.GetValue<int>(), total["quantity"]!.GetValue<decimal>(), total["costs"]![0]!["amount"]!.GetValue<string>()));
        var listed = (await account.GetAsync("/api/v1/activities")).Is(200).Json["items"]![0]!;
        Assert.Equal(
            (0.5m, 1236.566999m, "0.005"),
            (listed["quantity"]!.GetValue<decimal>(), listed["usedBefore"]!.GetValue<decimal>(),
            listed["unitPrice"]!["amount"]!.GetValue<string>()));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var report = (await account.PostAsync("/api/v1/activities/re-rate", new JsonObject
        {
            ["from"] = now.AddHours(-1).ToString("O", CultureInfo.InvariantCulture),
            ["to"] = now.AddHours(1).ToString("O", CultureInfo.InvariantCulture),
        })).Is(200).Json;
        Assert.Equal((4, 0), (report["count"]!.GetValue<int>(), report["differences"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Tiers_allowance_and_parts_are_fractional_too()
    {
        var account = await FundedAsync("0.01", body =>
        {
            body["freeAllowance"] = "0.5";
            body["tiers"] = new JsonArray(new JsonObject { ["upTo"] = 1.5, ["unitPrice"] = Account.Money("0.1") });
        });
        Assert.Equal("0.11", (await PerformAsync(account, 2.25m)).Text("cost", "amount")); // 0.5 free, 1 at 0.1, 0.75 at 0.01.
        var authorised =
            (await account.PostAsync("/api/v1/activities/authorisations", new JsonObject { ["type"] = "api-calls", ["quantity"] = "10.5" }))
            .Is(201);
        var completed =
            (await account.PostAsync($"/api/v1/activities/{authorised.Text("id")}/complete", new JsonObject { ["quantity"] = 4.25 }))
            .Is(200);
        Assert.Equal((4.25m, "0.04"), (completed.Json["quantity"]!.GetValue<decimal>(), completed.Text("cost", "amount")));
        Assert.Equal(6.5m, (await PerformAsync(account, 1)).Json["usedBefore"]!.GetValue<decimal>());
    }

    [Theory]
    [InlineData("0", "invalid-quantity", "more than 0")]
    [InlineData("-1", "invalid-quantity", "more than 0")]
    [InlineData("1000000.000001", "invalid-quantity", "at most 1,000,000")]
    [InlineData("99999999999", "invalid-quantity", "at most 1,000,000")]
    [InlineData("1e40", "invalid-quantity", "range")]
    [InlineData("0.0000001", "invalid-quantity", "6 digits")]
    [InlineData("\"many\"", "invalid-quantity", "6 digits")]
    public async Task An_invalid_quantity_gets_a_specific_error(string quantity, string code, string why)
    {
        var account = await api.RegisterAsync();
        var answer = (await api.SendRawAsync(
            HttpMethod.Post, "/api/v1/activities", $$"""{"type":"form-download","quantity":{{quantity}}}""", account.Token,
            Account.NewKey(), "application/json")).IsProblem(400);
        var error = answer.Json["errors"]![0]!;
        Assert.Equal(("/quantity", code), (error["pointer"]!.GetValue<string>(), error["code"]!.GetValue<string>()));
        Assert.Contains(why, error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Amounts_and_prices_out_of_range_get_a_specific_error()
    {
        var account = await api.RegisterAsync();
        foreach (var amount in new[] { "99999999999999999999", "10000000000000.01" })
        {
            Assert.Contains(
                "10000000000000.00 USD",
                (await account.DepositAsync(amount)).IsProblem(400, "invalid-amount").Json["errors"]![0]!["message"]!.GetValue<string>(),
                StringComparison.Ordinal);
        }

        (await account.SendAsync(HttpMethod.Put, Calls, Priced("10000000.001"))).IsProblem(400, "price-out-of-range");
        foreach (var (price, why) in new[] { ("99999999999999999999", "10^9"), ("0.0000000000001", "12 digits") })
        {
            Assert.Contains(
                why,
                (await account.SendAsync(HttpMethod.Put, Calls, Priced(price)))
                .IsProblem(400).Json["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        (await account.SendAsync(HttpMethod.Put, Calls, Priced("-0.001"))).IsProblem(400, "invalid-price");
    }

    private static JsonObject Priced(string price, string currency = "USD") =>
        new() { ["name"] = "API calls", ["unitPrices"] = new JsonArray(Account.Money(price, currency)) };

    private static async Task<Answer> PerformAsync(Account account, JsonNode quantity) =>
        (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "api-calls", ["quantity"] = quantity })).Is(201);

    private async Task<Account> FundedAsync(string price, Action<JsonObject>? further = null)
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var body = Priced(price);
        further?.Invoke(body);
        (await account.SendAsync(HttpMethod.Put, Calls, body)).Is(200);
        return account;
    }
}
