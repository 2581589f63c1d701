using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Activities;

/// <summary>Returns of monthly allowance that an authorisation took but did not use.</summary>
[Collection(ApiCollection.Name)]
public sealed class AllowanceTests(ApiFixture api)
{
    private const string Activities = "/api/v1/activities";

    [Fact]
    public async Task A_cancelled_authorisation_gives_the_allowance_back_to_the_next_activity()
    {
        var account = await FundedAsync();
        var authorised = await AuthoriseAsync(account, 5);
        Assert.Equal("0.00", authorised.Text("cost", "amount"));
        Assert.Equal("5.00", await CostAsync(account, 5));
        (await account.PostAsync($"{Activities}/{authorised.Text("id")}/cancel", new JsonObject())).Is(200);
        Assert.Equal("0.00", await CostAsync(account, 5));
        Assert.Equal("5.00", await CostAsync(account, 5));
        Assert.Equal("90.00", await account.BalanceAsync());
    }

    [Fact]
    public async Task An_uncompleted_part_gives_its_allowance_back()
    {
        var account = await FundedAsync();
        var authorised = await AuthoriseAsync(account, 5);
        Assert.Equal("5.00", await CostAsync(account, 5));
        (await account.PostAsync($"{Activities}/{authorised.Text("id")}/complete", new JsonObject { ["quantity"] = 2 })).Is(200);
        var next = (await account.PostAsync(Activities, Form(5))).Is(201); // Three returned units and two after the tenth.
        Assert.Equal("2.00", next.Text("cost", "amount"));
        Assert.Equal([(3, 3, "0.00"), (11, 2, "2.00")], next.Json["lines"]!.AsArray().Select(line =>
            (line!["from"]!.GetValue<int>(), line["units"]!.GetValue<int>(), line["amount"]!["amount"]!.GetValue<string>())));
    }

    [Fact]
    public async Task An_expired_authorisation_gives_its_allowance_back()
    {
        var account = await FundedAsync();
        var authorised = await AuthoriseAsync(account, 5, expiresIn: 1);
        Assert.Equal("5.00", await CostAsync(account, 5));
        await Eventually.HoldsAsync(
            async () =>
                (await account.GetAsync($"{Activities}/{authorised.Text("id")}")).Is(200).Text("status") == "expired",
            TimeSpan.FromSeconds(30), "the authorisation has expired");
        Assert.Equal("0.00", await CostAsync(account, 5));
    }

    [Fact]
    public async Task An_activity_that_the_wallet_refuses_uses_no_allowance()
    {
        var account = await FundedAsync();
        (await account.PostAsync(Activities, Form(200))).IsProblem(409, "insufficient-funds");
        (await account.PostAsync($"{Activities}/authorisations", Form(200))).IsProblem(409, "insufficient-funds");
        Assert.Equal("0.00", await CostAsync(account, 5));
        Assert.Equal("1.00", await CostAsync(account, 1));
    }

    [Fact]
    public async Task Re_rating_finds_an_activity_that_paid_too_much_because_of_a_cancelled_authorisation()
    {
        var account = await FundedAsync();
        var authorised = await AuthoriseAsync(account, 5);
        var paid = (await account.PostAsync(Activities, Form(5))).Is(201);
        Assert.Equal(("5.00", "5.00", 0), await ReRateAsync(account));
        (await account.PostAsync($"{Activities}/{authorised.Text("id")}/cancel", new JsonObject())).Is(200);
        Assert.Equal(("5.00", "0.00", 1), await ReRateAsync(account));
        var mismatch = (await account.PostAsync($"{Activities}/re-rate", Period())).Is(200).Json["mismatches"]![0]!;
        Assert.Equal((paid.Text("id"), "place"), (mismatch["id"]!.GetValue<string>(), mismatch["why"]!.GetValue<string>()));

        // Another activity uses the allowance now, so the total is correct again.
        await CostAsync(account, 5);
        Assert.Equal(("5.00", "5.00", 0), await ReRateAsync(account));
    }

    private static async Task<(string Recorded, string ReRated, int Differences)> ReRateAsync(Account account)
    {
        var report = (await account.PostAsync($"{Activities}/re-rate", Period())).Is(200).Json;
        return (
            report["recorded"]![0]!["amount"]!.GetValue<string>(), report["reRated"]![0]!["amount"]!.GetValue<string>(),
            report["differences"]!.GetValue<int>());
    }

    private static JsonObject Period()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonObject
        {
            ["from"] = now.AddHours(-1).ToString("O", CultureInfo.InvariantCulture),
            ["to"] = now.AddHours(1).ToString("O", CultureInfo.InvariantCulture),
        };
    }

    private static JsonObject Form(int quantity) => new() { ["type"] = "form-download", ["quantity"] = quantity };

    private static async Task<string> CostAsync(Account account, int quantity) =>
        (await account.PostAsync(Activities, Form(quantity))).Is(201).Text("cost", "amount");

    private static async Task<Answer> AuthoriseAsync(Account account, int quantity, int expiresIn = 60)
    {
        var body = Form(quantity);
        body["expiresIn"] = expiresIn;
        return (await account.PostAsync($"{Activities}/authorisations", body)).Is(201);
    }

    private async Task<Account> FundedAsync()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await account.SendAsync(HttpMethod.Put, "/api/v1/activity-types/form-download", new JsonObject
        {
            ["name"] = "Form download", ["unitPrices"] = new JsonArray(Account.Money("1")), ["freeAllowance"] = 5,
        })).Is(200);
        return account;
    }
}
