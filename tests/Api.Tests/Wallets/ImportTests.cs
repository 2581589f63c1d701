using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Wallets;

/// <summary>Money from files: what each row came to, and that no upload moves anything twice.</summary>
[Collection(ApiCollection.Name)]
public sealed class ImportTests(ApiFixture api)
{
    private const string Path = "/api/v1/wallets/imports";
    private const string Fresh = "a key of its own";
    private const string Head = "walletId,amount,currency,reference\n";

    [Fact]
    public async Task A_dry_run_tells_and_moves_nothing_and_the_real_run_does_what_it_told()
    {
        var account = await api.RegisterAsync();
        var file = $"""
            {Head}{account.WalletId},10.50,USD,bank-1
            {account.WalletId},1,EUR,bank-2
            {Guid.CreateVersion7(TimeProvider.System.GetUtcNow())},1,USD,bank-3
            nobody,1,USD,bank-4
            {account.WalletId},-1,USD,bank-5
            {account.WalletId},"2",USD,"a ""bank"", the 6th"
            {account.WalletId},1,USD
            """;
        string[] codes = ["", "currency-mismatch", "not-found", "invalid-wallet-id", "invalid-amount", "", "wrong-cells"];
        var dry = (await SendAsync(account, file, key: null, dryRun: true)).Is(200).Json;
        Assert.Equal(codes, Codes(dry));
        Assert.Equal(["would-accept", "refused", "refused", "refused", "refused", "would-accept", "refused"], Statuses(dry));
        Assert.Equal("12.50", dry["totals"]![0]!["accepted"]!["amount"]!.GetValue<string>());
        Assert.Equal("0.00", await account.BalanceAsync());

        var real = (await SendAsync(account, file)).Is(200).Json;
        Assert.Equal(codes, Codes(real));
        Assert.Equal(["accepted", "refused", "refused", "refused", "refused", "accepted", "refused"], Statuses(real));
        Assert.Equal((2, 0, 5), (real["accepted"]!.GetValue<int>(), real["duplicates"]!.GetValue<int>(), real["refused"]!.GetValue<int>()));
        Assert.Equal("12.50", await account.BalanceAsync());
        var moved = (await account.GetAsync($"/api/v1/transactions/{real["outcomes"]![5]!["transactionId"]!.GetValue<string>()}")).Is(200);
        Assert.Equal("a \"bank\", the 6th", moved.Json["transaction"]!["reference"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_repeated_upload_moves_nothing_twice_and_a_changed_one_nothing_at_all()
    {
        var account = await api.RegisterAsync();
        var file = Head + string.Concat(Enumerable.Range(1, 50).Select(i => $"{account.WalletId},{i},USD,bank-{i}\n"));
        var key = Account.NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(account, file, key)));
        Assert.Equal(50, answers.Sum(answer => answer.Is(200).Json["accepted"]!.GetValue<int>()));
        Assert.Equal(150, answers.Sum(answer => answer.Json["duplicates"]!.GetValue<int>()));
        Assert.Equal("1275.00", await account.BalanceAsync());
        var ids = answers.Select(answer => string.Join(',', answer.Json["outcomes"]!.AsArray().Select(row => row!["transactionId"]!.GetValue<string>())));
        Assert.Single(ids.Distinct(StringComparer.Ordinal));

        (await SendAsync(account, file + $"{account.WalletId},1,USD,bank-51\n", key)).IsProblem(422, "idempotency-key-reused");
        (await SendAsync(account, file, key, kind: "opening-balances")).IsProblem(422, "idempotency-key-reused");
        Assert.Equal("1275.00", await account.BalanceAsync());
        Assert.Equal(50, (await account.HistoryAsync()).Count);
    }

    [Fact]
    public async Task Opening_balances_take_effect_when_the_file_says()
    {
        var account = await api.RegisterAsync();
        var file = $"reference,effectiveAt,walletId,currency,amount\r\nledger-2025,2025-12-31T23:00:00Z,{account.WalletId},USD,500\r\nnow,,{account.WalletId},USD,1\r\nlater,2999-01-01T00:00:00Z,{account.WalletId},USD,1\r\n";
        var report = (await SendAsync(account, file, kind: "opening-balances")).Is(200).Json;
        Assert.Equal(["", "", "invalid-effective-at"], Codes(report));
        Assert.Equal("500.00", (await account.GetAsync($"{account.Wallet}/balance?at=2026-01-01T00:00:00Z")).Is(200).Text("balance", "amount"));
        Assert.Equal("0.00", (await account.GetAsync($"{account.Wallet}/balance?at=2025-12-31T22:59:59Z")).Is(200).Text("balance", "amount"));
        Assert.Equal("501.00", await account.BalanceAsync());
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("walletId,amount,currency,reference\n", "empty-file")]
    [InlineData("walletId,amount,currency\nx,1,USD\n", "missing-column")]
    [InlineData("walletId,amount,currency,reference,note\nx,1,USD,r,n\n", "unknown-column")]
    [InlineData("walletId,amount,currency,reference,effectiveAt\nx,1,USD,r,\n", "unknown-column")]
    [InlineData("walletId,amount,currency,reference,amount\nx,1,USD,r,1\n", "duplicate-column")]
    [InlineData("walletId,amount,currency,reference\nx,1,USD,\"r\" s\n", "invalid-csv")]
    public async Task A_file_of_another_form_is_400(string file, string code)
    {
        var account = await api.RegisterAsync();
        (await SendAsync(account, file)).IsProblem(400, code);
    }

    [Fact]
    public async Task What_is_too_much_or_of_another_kind_is_refused_and_moves_nothing()
    {
        var account = await api.RegisterAsync();
        var row = $"{account.WalletId},1,USD,r\n";
        (await SendAsync(account, Head + string.Concat(Enumerable.Repeat(row, 10_001)))).IsProblem(400, "too-many-rows");
        (await SendAsync(account, Head + new string('x', 4 * 1024 * 1024))).IsProblem(413, "body-too-large");
        (await SendAsync(account, Head + string.Concat(Enumerable.Repeat($"{account.WalletId},10000000000000,USD,r\n", 9_001)))).IsProblem(400, "sum-too-large");
        (await SendAsync(account, Head + row, key: null)).IsProblem(400, "idempotency-key-required");
        (await SendAsync(account, Head + row, kind: "charges")).IsProblem(400, "invalid-parameter");
        (await api.SendRawAsync(HttpMethod.Post, $"{Path}?kind=deposits", Head + row, account.Token, Account.NewKey(), "application/json")).IsProblem(415);
        (await api.SendRawAsync(HttpMethod.Post, Path, Head + row, account.Token, Account.NewKey(), "text/csv")).IsProblem(400, "invalid-parameter");
        var sub = await api.AddUserAsync(account);
        Assert.Equal("wallets:adjust", (await SendAsync(sub, Head + row)).IsProblem(403, "forbidden").Text("permission"));
        var other = await api.RegisterAsync();
        Assert.Equal(["not-found"], Codes((await SendAsync(other, Head + row)).Is(200).Json));
        Assert.Equal("0.00", await account.BalanceAsync());
    }

    private static Task<Answer> SendAsync(Account account, string file, string? key = Fresh, string kind = "deposits", bool dryRun = false) =>
        account.Api.SendRawAsync(
            HttpMethod.Post, $"{Path}?kind={kind}&dryRun={(dryRun ? "true" : "false")}", file, account.Token, key == Fresh ? Account.NewKey() : key, "text/csv");

    private static IEnumerable<string> Codes(JsonNode report) => report["outcomes"]!.AsArray().Select(row => row!["code"]?.GetValue<string>() ?? "");

    private static IEnumerable<string> Statuses(JsonNode report) => report["outcomes"]!.AsArray().Select(row => row!["status"]!.GetValue<string>());
}
