using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Wallets;

/// <summary>Budgets of sub-users over HTTP: what a sub-user may spend, and that all totals count it once.</summary>
[Collection(ApiCollection.Name)]
public sealed class BudgetTests(ApiFixture api)
{
    [Fact]
    public async Task A_charge_beyond_the_limit_of_a_budget_takes_nothing_from_the_parent()
    {
        var (owner, subUser) = await FamilyAsync("5000", slice: "20", perDay: "60");
        (await subUser.ChargeAsync("4000")).IsProblem(409, "limit-exceeded");
        var parent = (await owner.GetAsync(owner.Wallet)).Is(200);
        Assert.Equal(
            ("5000.00", "5000.00", "0.00"),
            (parent.Text("balance", "amount"), parent.Text("available", "amount"), parent.Text("leased", "amount")));
    }

    [Fact]
    public async Task A_sub_user_spends_its_parents_promotional_credit()
    {
        var (owner, subUser) = await FamilyAsync(null, slice: "20", perDay: "60");
        (await owner.PostAsync($"{owner.Wallet}/credits", new JsonObject { ["amount"] = Account.Money("50"), ["reason"] = "welcome" }))
            .Is(201);
        (await subUser.ChargeAsync("40")).Is(201);
        var parent = (await owner.GetAsync(owner.Wallet)).Is(200);
        Assert.Equal(("10.00", "10.00"), (parent.Text("balance", "amount"), parent.Text("promotional", "amount")));
    }

    [Fact]
    public async Task Every_page_includes_a_sub_users_charge_once_it_is_answered()
    {
        var (owner, subUser) = await FamilyAsync("100", slice: "20", perDay: null);
        (await subUser.ChargeAsync("1")).Is(201);
        Assert.Equal("99.00", await owner.BalanceAsync());
        (await subUser.ChargeAsync("2")).Is(201);
        Assert.Equal("97.00", (await ListedAsync(owner, owner.WalletId)).Text("balance"));
        (await subUser.ChargeAsync("4")).Is(201);
        Assert.Equal("93.00", (await owner.GetAsync($"{owner.Wallet}/balance")).Is(200).Text("balance", "amount"));
        (await subUser.ChargeAsync("8")).Is(201);
        Assert.Equal("85.00", (await owner.GetAsync($"{owner.Wallet}/statement")).Is(200).Text("closing", "amount"));
        (await subUser.ChargeAsync("16")).Is(201);
        var checkpoint = (await owner.PostAsync("/api/v1/ledger/checkpoints", new JsonObject())).Is(201);
        var leaves = (await owner.GetAsync($"/api/v1/ledger/checkpoints/{checkpoint.Text("id")}")).Is(200).Json["leaves"]!.AsArray();
        Assert.Equal(
            6900, leaves.Single(leaf => leaf!["walletId"]!.GetValue<string>() == owner.WalletId)!["balanceMinor"]!.GetValue<long>());
        (await subUser.ChargeAsync("32")).Is(201);
        var lines = (await owner.GetAsync("/api/v1/ledger/export")).Is(200).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var last = lines.Select(line => JsonNode.Parse(line)!["transaction"])
            .Last(line => line?["walletId"]!.GetValue<string>() == owner.WalletId)!;
        Assert.Equal(3700, last["balanceAfter"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_settlement_counts_when_it_was_spent_and_its_line_names_the_sub_user()
    {
        var (owner, subUser) = await FamilyAsync("100", slice: "20", perDay: null);
        var charged = (await subUser.ChargeAsync("3")).Is(201);
        var statement = (await owner.GetAsync($"{owner.Wallet}/statement")).Is(200);
        var line = statement.Json["lines"]!.AsArray().Single(one => one!["type"]!.GetValue<string>() == "leaseSettlement")!;
        Assert.Equal(charged.Json["at"]!.GetValue<DateTimeOffset>(), line["at"]!.GetValue<DateTimeOffset>());
        Assert.Equal(
            (subUser.UserId, subUser.WalletId),
            (line["subUser"]!["userId"]!.GetValue<string>(), line["subUser"]!["walletId"]!.GetValue<string>()));
        var name = $"Sub-user {subUser.UserId}, wallet {subUser.WalletId}";
        Assert.Contains(name, (await owner.GetAsync($"{owner.Wallet}/statement?format=csv")).Is(200).Body, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{owner.Wallet}/statement?format=pdf");
        request.Headers.Authorization = new("Bearer", owner.Token);
        using var response = await api.Http.SendAsync(request);
        Assert.Contains(name, Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);

        // The balance includes the charge from its instant on.
        var at = charged.Json["at"]!.GetValue<DateTimeOffset>();
        Assert.Equal(("100.00", "97.00"), (await BalanceAsync(at.AddMicroseconds(-1)), await BalanceAsync(at)));

        async Task<string> BalanceAsync(DateTimeOffset instant) => (await owner.GetAsync(string.Create(
            CultureInfo.InvariantCulture, $"{owner.Wallet}/balance?at={instant.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ}"))).Is(200)
            .Text("balance", "amount");
    }

    [Fact]
    public async Task Totals_of_parent_sub_users_enterprise_and_platform_count_leased_money_once()
    {
        var (owner, subUser) = await FamilyAsync("100", slice: "20", perDay: null);
        var other = await SubUserAsync(owner, "30", null);
        (await subUser.ChargeAsync("3")).Is(201);
        (await other.PostAsync(
            $"{other.Wallet}/holds", new JsonObject { ["amount"] = Account.Money("5"), ["expiresIn"] = 600, ["reason"] = "a report" }))
            .Is(201);
        (await other.ChargeAsync("4")).Is(201);
        var parent = (await owner.GetAsync(owner.Wallet)).Is(200);
        var children = new[] { (await owner.GetAsync(subUser.Wallet)).Is(200), (await owner.GetAsync(other.Wallet)).Is(200) };
        Assert.Equal(Amount(parent, "leased"), children.Sum(child => Amount(child, "balance")));
        Assert.Equal(93m, Amount(parent, "balance"));
        var statement = (await owner.GetAsync($"{owner.Wallet}/statement")).Is(200);
        Assert.Equal((100m, 7m, 93m), (Amount(statement, "credits"), Amount(statement, "debits"), Amount(statement, "closing")));

        var listed = (await owner.GetAsync("/api/v1/wallets?limit=200")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(93m, listed.Where(wallet => wallet!["parentId"] is null).Sum(wallet => Amount(wallet!["balance"]!)));
        var admin = await api.SuperAdminAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                var money = (await admin.GetAsync($"/api/v1/admin/organisations/{owner.OrganisationId}")).Is(200).Json["money"]!;
                return Amount(money["balances"]!.AsArray().Single()!) == 93m && Amount(money["revenue"]!.AsArray().Single()!) == 7m;
            },
            TimeSpan.FromSeconds(30),
            "the enterprise's totals equal the parent wallet's");
    }

    [Fact]
    public async Task A_budget_with_invalid_limits_is_not_set()
    {
        var owner = await api.RegisterAsync();
        var subUser = await api.AddUserAsync(owner);
        var twice = new JsonArray(Limit("report-generation"), Limit("report-generation"));
        (await SetAsync(("perActivityType", twice))).IsProblem(400, "invalid-limit-amount");
        (await SetAsync(("perDay", Account.Money("-1")))).IsProblem(400, "invalid-limit-amount", "/perDay/amount");
        (await SetAsync(("perMonth", new JsonObject { ["amount"] = "1.00", ["currency"] = "EUR" })))
            .IsProblem(400, "invalid-limit-amount", "/perMonth/currency");
        (await SetAsync(("perActivityType", new JsonArray(Limit("a", "-1")))))
            .IsProblem(400, "invalid-limit-amount", "/perActivityType/0/perDay/amount");
        Assert.Null((await owner.GetAsync(subUser.Wallet)).Is(200).Json["parentId"]);

        Task<Answer> SetAsync((string Name, JsonNode Value) limit) => owner.SendAsync(
            HttpMethod.Put, $"{subUser.Wallet}/budget",
            new JsonObject { ["parentWalletId"] = owner.WalletId, ["slice"] = Account.Money("20"), [limit.Name] = limit.Value });

        static JsonObject Limit(string type, string perDay = "1") => new() { ["type"] = type, ["perDay"] = Account.Money(perDay) };
    }

    [Fact]
    public async Task Money_returned_to_a_sub_user_beyond_its_slice_goes_to_the_parent()
    {
        var (owner, subUser) = await FamilyAsync("100", slice: "20", perDay: null);
        await Void(await HoldAsync());
        Assert.Equal(20m, await LeasedAsync());
        var charged = (await subUser.ChargeAsync("70")).Is(201);
        (await subUser.PostAsync($"/api/v1/transactions/{charged.Text("id")}/refunds", new JsonObject())).Is(201);
        Assert.Equal(20m, await LeasedAsync());

        // Money held when a budget ends returns when the hold ends.
        var last = await HoldAsync();
        (await owner.SendAsync(HttpMethod.Delete, $"{subUser.Wallet}/budget", null)).Is(200);
        Assert.Equal(70m, await LeasedAsync());
        await Void(last);
        Assert.Equal(0m, await LeasedAsync());
        Assert.Equal("100.00", (await owner.GetAsync(owner.Wallet)).Is(200).Text("available", "amount"));

        async Task<string> HoldAsync() => (await subUser.PostAsync(
            $"{subUser.Wallet}/holds", new JsonObject { ["amount"] = Account.Money("70"), ["expiresIn"] = 600, ["reason"] = "a report" }))
            .Is(201).Text("id");

        async Task Void(string hold) => (await subUser.PostAsync($"/api/v1/holds/{hold}/void", new JsonObject())).Is(201);

        async Task<decimal> LeasedAsync() => Amount((await owner.GetAsync(owner.Wallet)).Is(200), "leased");
    }

    private static decimal Amount(Answer answer, string member) => Amount(answer.Json[member]!);

    private static decimal Amount(JsonNode money) => decimal.Parse(money["amount"]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private static async Task<Answer> ListedAsync(Account account, string id)
    {
        var answer = (await account.GetAsync("/api/v1/wallets?limit=200")).Is(200);
        var wallet = answer.Json["items"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!;
        return answer with { Body = new JsonObject { ["balance"] = wallet["balance"]!["amount"]!.GetValue<string>() }.ToJsonString() };
    }

    private async Task<(Account Owner, Account SubUser)> FamilyAsync(string? deposit, string slice, string? perDay)
    {
        var owner = await api.RegisterAsync();
        if (deposit is not null)
        {
            (await owner.DepositAsync(deposit)).Is(201);
        }

        return (owner, await SubUserAsync(owner, slice, perDay));
    }

    // The owner charges on their behalf, so that the sub-user needs no permission.
    private async Task<Account> SubUserAsync(Account owner, string slice, string? perDay)
    {
        var subUser = await api.AddUserAsync(owner);
        var budget = new JsonObject { ["parentWalletId"] = owner.WalletId, ["slice"] = Account.Money(slice) };
        if (perDay is not null)
        {
            budget["perDay"] = Account.Money(perDay);
        }

        (await owner.SendAsync(HttpMethod.Put, $"{subUser.Wallet}/budget", budget)).Is(200);
        return subUser with { Token = owner.Token };
    }
}
