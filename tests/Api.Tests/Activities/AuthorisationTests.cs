using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Activities;

/// <summary>Activities whose cost is held before the work and captured after it.</summary>
[Collection(ApiCollection.Name)]
public sealed class AuthorisationTests(ApiFixture api)
{
    [Fact]
    public async Task The_cost_is_held_and_then_captured()
    {
        var account = await FundedAsync();
        var authorised = (await AuthoriseAsync(account, 3, key: "a")).Is(201);
        Assert.Equal(("authorised", "3.00"), (authorised.Text("status"), authorised.Text("cost", "amount")));
        await BalancesAsync(account, "10.00", held: "3.00", available: "7.00");

        var completed = (await CloseAsync(account, authorised, "complete", null, "c")).Is(200);
        Assert.Equal("completed", completed.Text("status"));
        await BalancesAsync(account, "7.00", held: "0.00", available: "7.00");
        Assert.Equal(["capture", "hold", "deposit"], (await account.HistoryAsync()).Select(item => item["type"]!.GetValue<string>()));

        // Repeated requests get the same answers.
        Assert.Equal(authorised.Body, (await AuthoriseAsync(account, 3, key: "a")).Is(201).Body);
        Assert.Equal(completed.Body, (await CloseAsync(account, authorised, "complete", null, "c")).Is(200).Body);
        (await AuthoriseAsync(account, 2, key: "a")).IsProblem(422, "idempotency-key-reused");
        await BalancesAsync(account, "7.00", held: "0.00", available: "7.00");
    }

    [Fact]
    public async Task A_part_is_captured_and_the_rest_returns_to_wallet_and_month()
    {
        var account = await FundedAsync();
        var authorised = (await AuthoriseAsync(account, 3)).Is(201);
        var completed = (await CloseAsync(account, authorised, "complete", 1)).Is(200);
        Assert.Equal(("1.00", 1), (completed.Text("cost", "amount"), completed.Json["quantity"]!.GetValue<int>()));
        await BalancesAsync(account, "9.00", held: "0.00", available: "9.00");
        Assert.Equal(1, (await AuthoriseAsync(account, 1)).Is(201).Json["usedBefore"]!.GetValue<int>());
        (await CloseAsync(account, authorised, "complete", null)).IsProblem(409, "authorisation-ended");
        (await CloseAsync(account, authorised, "cancel", null)).IsProblem(409, "authorisation-ended");
    }

    [Fact]
    public async Task A_cancelled_activity_costs_nothing_and_more_than_authorised_is_never_captured()
    {
        var account = await FundedAsync();
        var authorised = (await AuthoriseAsync(account, 3)).Is(201);
        (await CloseAsync(account, authorised, "complete", 4)).IsProblem(409, "quantity-exceeds-authorised");
        Assert.Equal("cancelled", (await CloseAsync(account, authorised, "cancel", null)).Is(200).Text("status"));
        await BalancesAsync(account, "10.00", held: "0.00", available: "10.00");
        (await CloseAsync(account, authorised, "complete", null)).IsProblem(409, "authorisation-ended");
        Assert.Equal(0, (await account.GetAsync("/api/v1/activities/stats")).Is(200).Json["total"]!["count"]!.GetValue<int>());
        (await AuthoriseAsync(account, 11)).IsProblem(409, "insufficient-funds");
    }

    [Fact]
    public async Task An_activity_that_is_not_completed_in_time_expires()
    {
        var account = await FundedAsync();
        var authorised = (await AuthoriseAsync(account, 3, expiresIn: 1)).Is(201);
        await Eventually.HoldsAsync(
            async () => (await account.GetAsync($"/api/v1/activities/{authorised.Text("id")}")).Is(200).Text("status") == "expired",
            TimeSpan.FromSeconds(20), "the authorisation has expired");
        (await CloseAsync(account, authorised, "complete", null)).IsProblem(409, "authorisation-expired");
        await Eventually.HoldsAsync(
            async () =>
                (await account.GetAsync(account.Wallet)).Is(200).Text("held", "amount") == "0.00",
            TimeSpan.FromSeconds(20), "nothing is held");
        await BalancesAsync(account, "10.00", held: "0.00", available: "10.00");
        Assert.Equal(0, (await AuthoriseAsync(account, 1)).Is(201).Json["usedBefore"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_concurrent_completions_and_cancellations_exactly_one_wins()
    {
        var account = await FundedAsync();
        var taken = 0;
        for (var i = 0; i < 10; i++)
        {
            var authorised = (await AuthoriseAsync(account, 1)).Is(201);
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(n => CloseAsync(account, authorised, n % 2 == 0 ? "complete" : "cancel", null)));
            Assert.Single(answers, answer => answer.Status == 200);
            Assert.All(answers, answer => Assert.True(answer.Status is 200 or 409, answer.Body));
            taken += answers.Single(answer => answer.Status == 200).Text("status") == "completed" ? 1 : 0;
        }

        var balance = (10 - taken).ToString("0.00", CultureInfo.InvariantCulture);
        await BalancesAsync(account, balance, held: "0.00", available: balance);
    }

    [Fact]
    public async Task A_free_activity_is_authorised_without_a_hold()
    {
        var account = await api.RegisterAsync();
        (await account.SendAsync(HttpMethod.Put, "/api/v1/activity-types/form-download", new JsonObject
        {
            ["name"] = "Form download", ["unitPrices"] = new JsonArray(Account.Money("1")), ["freeAllowance"] = 5,
        })).Is(200);
        var authorised = (await AuthoriseAsync(account, 3)).Is(201);
        Assert.Null(authorised.Json["holdId"]);
        Assert.Equal("0.00", (await CloseAsync(account, authorised, "complete", null)).Is(200).Text("cost", "amount"));
        Assert.Empty(await account.HistoryAsync());
    }

    [Fact]
    public async Task A_limit_of_the_type_applies_to_performing_and_authorising()
    {
        var account = await FundedAsync();
        (await account.SendAsync(HttpMethod.Put, $"{account.Wallet}/limits", new JsonObject
        {
            ["perActivityType"] = new JsonArray(
                new JsonObject { ["type"] = "form-download", ["perDay"] = Account.Money("2"), ["perMonth"] = null }),
        })).Is(200);
        (await AuthoriseAsync(account, 2)).Is(201);
        (await AuthoriseAsync(account, 1)).IsProblem(409, "limit-exceeded");
        (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "form-download" })).IsProblem(409, "limit-exceeded");
        (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "report-generation" })).Is(201);
    }

    [Fact]
    public async Task Another_user_needs_permission_to_complete_an_activity()
    {
        var account = await FundedAsync();
        var authorised = (await AuthoriseAsync(account, 1)).Is(201);
        var other = await api.AddUserAsync(account);
        (await CloseAsync(other, authorised, "complete", null)).IsProblem(403, "forbidden");
        (await CloseAsync(await api.RegisterAsync(), authorised, "cancel", null)).IsProblem(404);
    }

    [Fact]
    public async Task A_report_is_charged_when_created_and_repeated_without_a_charge()
    {
        var account = await FundedAsync();
        (await account.PostAsync(
            "/api/v1/activities", new JsonObject { ["type"] = "form-download", ["quantity"] = 2, ["subject"] = "=HYPERLINK(1)" })).Is(201);
        var body = Period("csv");
        var first = (await account.PostAsync("/api/v1/activities/usage-report", body, "report")).Is(200);
        Assert.Equal("text/csv", first.MediaType);
        Assert.Contains("\"'=HYPERLINK(1)\"", first.Body, StringComparison.Ordinal);
        Assert.Equal(2, first.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        await BalancesAsync(account, "7.00", held: "0.00", available: "7.00");

        var again = (await account.PostAsync("/api/v1/activities/usage-report", body, "report")).Is(200);
        Assert.Equal(first.Body, again.Body);
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        (await account.PostAsync("/api/v1/activities/usage-report", Period("json"), "report")).IsProblem(422, "idempotency-key-reused");
        await BalancesAsync(account, "7.00", held: "0.00", available: "7.00");

        // Another report is charged again and contains the first.
        var json = (await account.PostAsync("/api/v1/activities/usage-report", Period("json"))).Is(200).Json;
        Assert.Equal(["form-download", "report-generation"], json["activities"]!.AsArray().Select(use => use!["type"]!.GetValue<string>()));
        Assert.Equal("3.00", json["totals"]![0]!["amount"]!.GetValue<string>());
        await BalancesAsync(account, "6.00", held: "0.00", available: "6.00");
    }

    [Fact]
    public async Task A_report_that_cannot_be_created_or_paid_is_not_charged()
    {
        var account = await api.RegisterAsync();
        (await account.PostAsync("/api/v1/activities/usage-report", Period("json"))).IsProblem(409, "insufficient-funds");
        (await account.DepositAsync("10")).Is(201);
        await using var database = NpgsqlDataSource.Create(api.ConnectionString);
        await using var many = database.CreateCommand(
            """
            INSERT INTO activity (org_id, activity_id, type, quantity, currency, unit_price, cost, user_id, wallet_id, status, at, version)
            SELECT $1, gen_random_uuid(), 'form-download', 1, 'USD', 1, 1, $2, $3, 1, now() - interval '1 hour', 2
            FROM generate_series(1, 10001)
            """);
        many.Parameters.Add(new() { Value = Guid.Parse(account.OrganisationId) });
        many.Parameters.Add(new() { Value = Guid.Parse(account.UserId) });
        many.Parameters.Add(new() { Value = Guid.Parse(account.WalletId) });
        await many.ExecuteNonQueryAsync();

        (await account.PostAsync("/api/v1/activities/usage-report", Period("json"), "large")).IsProblem(409, "period-too-large");
        await BalancesAsync(account, "10.00", held: "0.00", available: "10.00");
        (await account.PostAsync("/api/v1/activities/usage-report", Period("json"), "large")).IsProblem(409, "activity-cancelled");
        Assert.Equal(["release", "hold", "deposit"], (await account.HistoryAsync()).Select(item => item["type"]!.GetValue<string>()));
    }

    private static JsonObject Period(string format)
    {
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        return new JsonObject
        {
            ["from"] = today.AddDays(-3).ToString("yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture),
            ["to"] = today.AddDays(3).ToString("yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture),
            ["format"] = format,
        };
    }

    private static Task<Answer> AuthoriseAsync(Account account, int quantity, int expiresIn = 60, string? key = null) => account.PostAsync(
        "/api/v1/activities/authorisations",
        new JsonObject { ["type"] = "form-download", ["quantity"] = quantity, ["expiresIn"] = expiresIn }, key);

    private static Task<Answer> CloseAsync(Account account, Answer authorised, string how, int? quantity, string? key = null) =>
        account.PostAsync(
            $"/api/v1/activities/{authorised.Text("id")}/{how}", new JsonObject(quantity is null ? [] : [new("quantity", quantity)]), key);

    private static async Task BalancesAsync(Account account, string balance, string held, string available)
    {
        var wallet = (await account.GetAsync(account.Wallet)).Is(200);
        Assert.Equal(
            (balance, held, available),
            (wallet.Text("balance", "amount"), wallet.Text("held", "amount"), wallet.Text("available", "amount")));
    }

    private async Task<Account> FundedAsync()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("10")).Is(201);
        return account;
    }
}
