using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Activities;

/// <summary>Prices with an effective date, tiers and free allowances, and re-rating of a past period.</summary>
[Collection(ApiCollection.Name)]
public sealed class PriceTests(ApiFixture api)
{
    [Fact]
    public async Task A_future_price_changes_nothing_until_it_is_effective_and_the_history_has_both()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await SetAsync(account, "2")).Is(200);
        var later = TimeProvider.System.GetUtcNow().AddDays(30);
        var set =
            (await SetAsync(
                account, "5", body => body["effectiveFrom"] = later.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))
                .Is(200);
        Assert.Equal(2, set.Json["version"]!.GetValue<int>());

        Assert.Equal("2.00", (await PerformAsync(account, 1)).Text("cost", "amount"));
        var types = (await account.GetAsync("/api/v1/activity-types")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(
            "2.00",
            types.Single(type => type!["code"]!.GetValue<string>() == "form-download")!["unitPrices"]![0]!["amount"]!.GetValue<string>());
        var prices = (await account.GetAsync("/api/v1/activity-types/form-download/prices")).Is(200).Json["items"]!.AsArray();
        Assert.Equal([1, 2], prices.Select(version => version!["version"]!.GetValue<int>()));
        Assert.All(prices, version => Assert.Equal(account.UserId, version!["setBy"]!.GetValue<string>()));
        Assert.StartsWith(
            later.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), prices[1]!["effectiveFrom"]!.GetValue<string>(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_prices_cannot_be_changed()
    {
        var account = await api.RegisterAsync();
        (await SetAsync(account, "2")).Is(200);
        var answer = (await SetAsync(account, "5", body => body["effectiveFrom"] = "2026-01-01T00:00:00Z"))
            .IsProblem(400, "effective-in-past");
        Assert.Equal("/effectiveFrom", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>());
        Assert.Single((await account.GetAsync("/api/v1/activity-types/form-download/prices")).Is(200).Json["items"]!.AsArray());
        (await account.GetAsync("/api/v1/activity-types/no-such-type/prices")).IsProblem(404);
        Assert.Empty((await account.GetAsync("/api/v1/activity-types/report-generation/prices")).Is(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_first_units_of_a_month_are_free_then_tiered_and_the_activity_explains_it()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await SetTieredAsync(account)).Is(200);
        var costs = new List<string>();
        foreach (var quantity in new[] { 1, 3, 4, 1 })
        {
            costs.Add((await PerformAsync(account, quantity)).Text("cost", "amount"));
        }

        // Two units are free, up to the fifth they cost 2.00, then 0.50.
        Assert.Equal(["0.00", "4.00", "3.50", "0.50"], costs);
        Assert.Equal("92.00", await account.BalanceAsync());
        var third = await PerformAsync(account, 2);
        Assert.Equal((9, 1), (third.Json["usedBefore"]!.GetValue<int>(), third.Json["priceVersion"]!.GetValue<int>()));
        var line = Assert.Single(third.Json["lines"]!.AsArray())!;
        Assert.Equal(("unit", 10, 2), (line["kind"]!.GetValue<string>(), line["from"]!.GetValue<int>(), line["units"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Concurrent_activities_never_use_the_same_units()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await SetTieredAsync(account)).Is(200);
        var performed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PerformAsync(account, 1)));
        Assert.Equal(Enumerable.Range(0, 20), performed.Select(activity => activity.Json["usedBefore"]!.GetValue<int>()).Order());
        Assert.Equal("86.50", await account.BalanceAsync()); // 2 free, 3 at 2.00, 15 at 0.50.
    }

    [Fact]
    public async Task An_activity_that_the_wallet_cannot_pay_uses_nothing_of_the_month()
    {
        var account = await api.RegisterAsync();
        (await SetTieredAsync(account)).Is(200);
        await PerformAsync(account, 2);
        (await account.PostAsync("/api/v1/activities", Form(2))).IsProblem(409, "insufficient-funds");
        (await account.DepositAsync("10")).Is(201);
        Assert.Equal(2, (await PerformAsync(account, 1)).Json["usedBefore"]!.GetValue<int>());
    }

    [Fact]
    public async Task Each_user_has_a_month_of_their_own()
    {
        var account = await api.RegisterAsync();
        var other = await api.AddUserAsync(account, "analyst");
        (await SetTieredAsync(account)).Is(200);
        await PerformAsync(account, 2);
        Assert.Equal(0, (await PerformAsync(other, 2)).Json["usedBefore"]!.GetValue<int>());
    }

    [Fact]
    public async Task Re_rating_a_past_period_reproduces_it_across_price_changes()
    {
        var account = await api.RegisterAsync();
        var started = Instant(TimeProvider.System.GetUtcNow().AddMinutes(-5));
        (await account.DepositAsync("500")).Is(201);
        await PerformAsync(account, 3);
        (await SetTieredAsync(account)).Is(200);
        await PerformAsync(account, 4);
        (await SetAsync(account, "9")).Is(200);
        await PerformAsync(account, 1);

        var period = new JsonObject { ["from"] = started, ["to"] = Instant(TimeProvider.System.GetUtcNow().AddMinutes(5)) };
        var report = (await account.PostAsync("/api/v1/activities/re-rate", period)).Is(200);
        Assert.Equal(
            (3, 0, 0),
            (report.Json["count"]!.GetValue<int>(), report.Json["differences"]!.GetValue<int>(),
            report.Json["withoutInputs"]!.GetValue<int>()));
        Assert.Equal(report.Json["recorded"]!.ToJsonString(), report.Json["reRated"]!.ToJsonString());
        Assert.Equal("17.00", report.Json["recorded"]![0]!["amount"]!.GetValue<string>()); // 3.00, then 2 at 2.00 and 2 at 0.50, then 9.00.
        Assert.Equal("483.00", await account.BalanceAsync());
        (await account.PostAsync("/api/v1/activities/re-rate", new JsonObject { ["from"] = started, ["to"] = started }))
            .IsProblem(400, "invalid-period");
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static JsonObject Form(int quantity) => new() { ["type"] = "form-download", ["quantity"] = quantity };

    private static async Task<Answer> PerformAsync(Account account, int quantity) =>
        (await account.PostAsync("/api/v1/activities", Form(quantity))).Is(201);

    private static Task<Answer> SetTieredAsync(Account account) => SetAsync(account, "0.50", body =>
    {
        body["freeAllowance"] = 2;
        body["tiers"] = new JsonArray(new JsonObject { ["upTo"] = 5, ["unitPrice"] = Account.Money("2") });
    });

    private static Task<Answer> SetAsync(Account account, string price, Action<JsonObject>? further = null)
    {
        var body = new JsonObject { ["name"] = "Form download", ["unitPrices"] = new JsonArray(Account.Money(price)) };
        further?.Invoke(body);
        return account.SendAsync(HttpMethod.Put, "/api/v1/activity-types/form-download", body);
    }
}
