using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Http;

/// <summary>
/// The form of requests: pointers of money errors, exact enum names, years of instants, and cursors that belong to a filter.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class RequestFormTests(ApiFixture api)
{
    [Theory]
    [InlineData("charges", "reason", "amount")]
    [InlineData("deposits", "reference", "amount")]
    [InlineData("holds", "reason", "amount")]
    [InlineData("credits", "reason", "amount")]
    [InlineData("adjustments", "reason", "amount")]
    [InlineData("transfers", "reason", "amount")]
    [InlineData("limits", null, "perDay")]
    [InlineData("limits", null, "creditLimit")]
    [InlineData("budget", null, "slice")]
    public async Task An_error_of_money_points_to_the_invalid_member(string route, string? text, string money)
    {
        var account = await api.RegisterAsync();
        foreach (var (value, pointer) in new[]
        {
            (Account.Money("1.001"), "amount"), (Account.Money("-1"), "amount"), (Account.Money("1", "usd"), "currency"),
            (Account.Money("10000000000000.01"), "amount"), (Account.Money("99999999999999999999999999"), "amount"),
            (new JsonObject { ["amount"] = 1, ["currency"] = "USD" }, "amount"),
            (new JsonObject { ["amount"] = "1", ["currency"] = "USD", ["more"] = "1" }, "more"),
            (new JsonObject { ["currency"] = "USD" }, "amount"),
        })
        {
            var body = new JsonObject { [money] = value.DeepClone() };
            if (text is not null)
            {
                body[text] = "r";
            }

            foreach (var (name, more) in More(route, account))
            {
                body[name] = more;
            }

            var address = route == "transfers" ? "/api/v1/transfers" : $"{account.Wallet}/{route}";
            var method = route is "limits" or "budget" ? HttpMethod.Put : HttpMethod.Post;
            var answer = await api.SendAsync(method, address, body, account.Token, Account.NewKey());
            var errors = answer.IsProblem(400).Json["errors"]!.AsArray();
            Assert.Contains(errors, error => error!["pointer"]!.GetValue<string>() == $"/{money}/{pointer}");
            if (value["amount"] is JsonValue amount && amount.GetValueKind() == System.Text.Json.JsonValueKind.String &&
                amount.GetValue<string>().Length > 15 && route != "budget")
            {
                Assert.Contains(errors, error =>
                    error!["message"]!.GetValue<string>().Contains("10000000000000.00 USD", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("1.0000000000001", "USD", "/unitPrices/1/amount")]
    [InlineData("-1", "USD", "/unitPrices/1/amount")]
    [InlineData("1", "usd", "/unitPrices/1/currency")]
    public async Task An_error_of_a_price_points_to_the_invalid_member(string amount, string currency, string pointer)
    {
        var account = await api.RegisterAsync();
        var prices = new JsonArray(Account.Money("1", "EUR"), Account.Money(amount, currency));
        var body = new JsonObject { ["name"] = "A report", ["unitPrices"] = prices };
        var answer = (await account.SendAsync(HttpMethod.Put, "/api/v1/activity-types/report-generation", body)).IsProblem(400);
        Assert.Equal(pointer, Assert.Single(answer.Json["errors"]!.AsArray())!["pointer"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_filter_by_an_amount_out_of_range_states_the_range()
    {
        var account = await api.RegisterAsync();
        var answer = (await account.GetAsync($"{account.Wallet}/transactions?min=99999999999999999999999999"))
            .IsProblem(400, "invalid-parameter");
        Assert.Contains("92233720368547758.07 USD", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"credit,debit\"")]
    [InlineData("\"credit, credit\"")]
    [InlineData("\" credit\"")]
    [InlineData("\"Credit\"")]
    [InlineData("\"0\"")]
    [InlineData("0")]
    [InlineData("\"\"")]
    public async Task An_enum_takes_exactly_one_of_its_names(string direction)
    {
        var account = await api.RegisterAsync();
        var body = $$"""{"amount":{"amount":"1","currency":"USD"},"direction":{{direction}},"reason":"r"}""";
        var sent = await api.SendRawAsync(
            HttpMethod.Post, $"{account.Wallet}/adjustments", body, account.Token, Account.NewKey(), "application/json");
        var answer = sent.IsProblem(400);
        Assert.Equal("/direction", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>());
        Assert.Empty(await account.HistoryAsync());
    }

    [Theory]
    [InlineData("wallets/{id}/transactions?type=charge,deposit")]
    [InlineData("wallets/{id}/transactions?type=0")]
    [InlineData("wallets/{id}/transactions?type=Charge")]
    [InlineData("wallets/{id}/holds?status=open,voided")]
    [InlineData("wallets/{id}/holds?status=0")]
    [InlineData("wallets/{id}/statement?format=json,csv")]
    [InlineData("activities?status=0")]
    [InlineData("activities?status=completed,declined")]
    [InlineData("users?status=active,disabled")]
    [InlineData("service-accounts?status=0")]
    [InlineData("dealers?status=active,disabled")]
    [InlineData("audit-log?outcome=accepted,refused")]
    [InlineData("activities/stats?groupBy=user,type")]
    [InlineData("metrics/revenue/series?from=2026-01-01T00:00:00Z&bucket=day,month")]
    [InlineData("metrics/revenue/series?from=2026-01-01T00:00:00Z&agg=0")]
    public async Task An_enum_of_a_query_takes_exactly_one_of_its_names(string path)
    {
        var account = await api.RegisterAsync();
        (await account.GetAsync($"/api/v1/{path.Replace("{id}", account.WalletId, StringComparison.Ordinal)}"))
            .IsProblem(400, "invalid-parameter");
    }

    [Theory]
    [InlineData("1969-12-31T23:59:59Z", false)]
    [InlineData("1970-01-01T00:30:00+01:00", false)]
    [InlineData("0001-01-01T00:00:00Z", false)]
    [InlineData("2201-01-01T00:00:00Z", false)]
    [InlineData("9999-12-31T23:59:59Z", false)]
    [InlineData("1970-01-01T00:00:00Z", true)]
    [InlineData("2200-12-31T23:59:59Z", true)]
    public async Task An_instant_is_in_the_years_1970_to_2200(string instant, bool good)
    {
        var account = await api.RegisterAsync();
        var text = Uri.EscapeDataString(instant);
        foreach (var path in new[]
        {
            $"{account.Wallet}/transactions?from={text}", $"{account.Wallet}/statement?to={text}&from=1970-01-01T00:00:00Z",
            $"{account.Wallet}/balance?at={text}", $"{account.Wallet}/balance?asKnownAt={text}",
            $"/api/v1/activities?to={text}", $"/api/v1/audit-log?from={text}",
        })
        {
            Assert.Equal((path, good ? 200 : 400), (path, (await account.GetAsync(path)).Status));
        }

        var credit = new JsonObject { ["amount"] = Account.Money("1"), ["reason"] = "r", ["expiresAt"] = instant };
        var answer = await account.PostAsync($"{account.Wallet}/credits", credit);
        Assert.Equal(good && instant.StartsWith("22", StringComparison.Ordinal) ? 201 : 400, answer.Status);
        if (answer.Status == 400)
        {
            Assert.Equal("/expiresAt", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_cursor_carries_its_filter_in_every_list()
    {
        var account = await api.RegisterAsync();
        (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201);
        foreach (var i in Enumerable.Range(0, 2))
        {
            (await account.DepositAsync("10")).Is(201);
            (await account.PostAsync($"{account.Wallet}/holds",
                new JsonObject { ["amount"] = Account.Money("1"), ["expiresIn"] = 600, ["reason"] = "r" })).Is(201);
            (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "report-generation" })).Is(201);
            (await account.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = $"North {i}" })).Is(201);
            (await account.PostAsync("/api/v1/service-accounts",
                new JsonObject { ["name"] = $"Robot {i}", ["permissions"] = new JsonArray("wallets:read") })).Is(201);
            await api.AddUserAsync(account);
        }

        var admin = await api.SuperAdminAsync();
        foreach (var (caller, list, filter, another) in new[]
        {
            (account, "wallets", "currency=USD", "currency=EUR"),
            (account, $"wallets/{account.WalletId}/transactions", "type=deposit", "type=charge"),
            (account, $"wallets/{account.WalletId}/transactions", "from=2026-01-01T00:00:00Z", "from=2026-01-02T00:00:00Z"),
            (account, $"wallets/{account.WalletId}/transactions", "min=1", "max=100"),
            (account, $"wallets/{account.WalletId}/holds", "status=open", "status=voided"),
            (account, "activities", "type=report-generation", "type=form-download"),
            (account, "activities", "status=completed", "status=declined"),
            (account, "users", "status=active", "status=disabled"), (account, "dealers", "name=North", "name=South"),
            (account, "dealers", "parent=none", "status=active"),
            (account, "service-accounts", "status=active", "status=disabled"), (account, "audit-log", "action=wallet.", "action=user."),
            (admin, "admin/organisations", "status=active", "status=suspended"),
            (admin, "admin/organisations", "kind=enterprise", "name=a"),
            (admin, "admin/enterprises", "status=active", "status=suspended"), (admin, "admin/activity", "type=wallet", "type=activity"),
            (admin, "admin/users", "q=user", "q=u"),
        })
        {
            var cursor = (await caller.GetAsync($"/api/v1/{list}?{filter}&limit=1")).Is(200).Json["nextCursor"]?.GetValue<string>();
            Assert.True(cursor is not null, $"{list}?{filter}");
            (await caller.GetAsync($"/api/v1/{list}?limit=2&{filter}&cursor={cursor}")).Is(200);
            (await caller.GetAsync($"/api/v1/{list}?{another}&cursor={cursor}")).IsProblem(400, "invalid-cursor");
            (await caller.GetAsync($"/api/v1/{list}?cursor={cursor}")).IsProblem(400, "invalid-cursor");
            (await caller.GetAsync($"/api/v1/{list}?{filter}&{another}&cursor={cursor}")).IsProblem(400);
        }
    }

    // Every documented list with a filter must be in the test above.
    [Fact]
    public void Every_list_with_a_filter_is_in_the_cursor_test()
    {
        var lists = ApiDocument.Routes((_, _, operation) => operation["parameters"] is JsonArray parameters &&
            parameters.Select(one => one!["name"]!.GetValue<string>()).ToList() is var names && names.Contains("cursor") &&
            parameters.Any(one =>
                one!["in"]!.GetValue<string>() == "query" && one["name"]!.GetValue<string>() is not ("cursor" or "limit")));
        Assert.Equal(
            [
                "/api/v1/activities", "/api/v1/admin/activity", "/api/v1/admin/enterprises", "/api/v1/admin/organisations",
                "/api/v1/admin/users", "/api/v1/audit-log", "/api/v1/dealers", "/api/v1/service-accounts", "/api/v1/users",
                "/api/v1/wallets", "/api/v1/wallets/{id}/holds", "/api/v1/wallets/{id}/transactions",
            ],
            lists.Select(route => (string)route[1]).Order(StringComparer.Ordinal));
    }

    private static (string, JsonNode)[] More(string route, Account account) => route switch
    {
        "holds" => [("expiresIn", 60)],
        "adjustments" => [("direction", "credit")],
        "transfers" => [("fromWalletId", account.WalletId), ("toWalletId", Guid.Empty.ToString())],
        "budget" => [("parentWalletId", account.WalletId)],
        _ => [],
    };
}
