using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Wallets;

/// <summary>Imports of deposits: the outcome of each row, and that no upload moves money twice.</summary>
[Collection(ApiCollection.Name)]
public sealed class ImportTests(ApiFixture api)
{
    private const string Path = "/api/v1/wallets/imports";
    private const string Fresh = "a new key";
    private const string Head = "walletId,amount,currency,reference\n";

    [Fact]
    public async Task A_dry_run_moves_nothing_and_predicts_the_real_run()
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
            {account.WalletId},3,USD,bank-1
            {account.WalletId},3,USD,bank-2
            """;
        string[] codes = ["", "currency-mismatch", "not-found", "invalid-wallet-id", "invalid-amount", "", "wrong-cells", "", ""];
        var dry = (await SendAsync(account, file, key: null, dryRun: true)).Is(200).Json;
        Assert.Equal(codes, Codes(dry));
        Assert.Equal(
            ["would-accept", "refused", "refused", "refused", "refused", "would-accept", "refused", "duplicate", "would-accept"],
            Statuses(dry));
        Assert.Equal("15.50", dry["totals"]![0]!["accepted"]!["amount"]!.GetValue<string>());
        Assert.Equal("0.00", await account.BalanceAsync());

        var real = (await SendAsync(account, file)).Is(200).Json;
        Assert.Equal(codes, Codes(real));
        Assert.Equal(
            ["accepted", "refused", "refused", "refused", "refused", "accepted", "refused", "duplicate", "accepted"], Statuses(real));
        Assert.Equal((3, 1, 5), (real["accepted"]!.GetValue<int>(), real["duplicates"]!.GetValue<int>(), real["refused"]!.GetValue<int>()));
        Assert.Equal("15.50", await account.BalanceAsync());
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
        Assert.All(answers, answer => Assert.Equal(50, answer.Is(200).Json["accepted"]!.GetValue<int>()));
        Assert.Equal("1275.00", await account.BalanceAsync());
        Assert.Single(answers.Select(answer => answer.Body).Distinct(StringComparer.Ordinal));
        var replayed = (await SendAsync(account, file, key)).Is(200);
        Assert.Equal(("true", answers[0].Body), (replayed.Header("Idempotency-Replayed"), replayed.Body));

        (await SendAsync(account, file + $"{account.WalletId},1,USD,bank-51\n", key)).IsProblem(422, "idempotency-key-reused");
        (await SendAsync(account, file, key, kind: "opening-balances")).IsProblem(422, "idempotency-key-reused");
        (await SendAsync(account, file, key, rest: "&atomic=true")).IsProblem(422, "idempotency-key-reused");
        (await SendAsync(account, file, key, rest: "&uniqueReferences=false")).IsProblem(422, "idempotency-key-reused");
        Assert.Equal("1275.00", await account.BalanceAsync());
        Assert.Equal(50, (await account.HistoryAsync()).Count);
    }

    [Fact]
    public async Task Opening_balances_take_effect_when_the_file_says()
    {
        var account = await api.RegisterAsync();
        var file = "reference,effectiveAt,walletId,currency,amount\r\n" +
            $"ledger-2025,2025-12-31T23:00:00Z,{account.WalletId},USD,500\r\n" +
            $"now,,{account.WalletId},USD,1\r\n" +
            $"later,2999-01-01T00:00:00Z,{account.WalletId},USD,1\r\n";
        var report = (await SendAsync(account, file, kind: "opening-balances")).Is(200).Json;
        Assert.Equal(["", "", "invalid-effective-at"], Codes(report));
        Assert.Equal(
            "500.00", (await account.GetAsync($"{account.Wallet}/balance?at=2026-01-01T00:00:00Z")).Is(200).Text("balance", "amount"));
        Assert.Equal(
            "0.00", (await account.GetAsync($"{account.Wallet}/balance?at=2025-12-31T22:59:59Z")).Is(200).Text("balance", "amount"));
        Assert.Equal("501.00", await account.BalanceAsync());
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("walletId,amount,currency,reference\n", "empty-file")]
    [InlineData("walletId,amount,currency\nx,1,USD\n", "missing-column")]
    [InlineData("walletId;amount;currency;note\nx;1;USD;n\n", "missing-column")]
    [InlineData("walletId,amount,currency,reference,Amount\nx,1,USD,r,1\n", "duplicate-column")]
    [InlineData("walletId,amount,currency,reference\nx,1,USD,\"r\" s\n", "invalid-csv")]
    public async Task A_malformed_file_is_400(string file, string code)
    {
        var account = await api.RegisterAsync();
        (await SendAsync(account, file)).IsProblem(400, code);
    }

    [Fact]
    public async Task Too_large_or_unsupported_files_are_refused_and_move_nothing()
    {
        var account = await api.RegisterAsync();
        var row = $"{account.WalletId},1,USD,r\n";
        (await SendAsync(account, Head + string.Concat(Enumerable.Repeat(row, 10_001)))).IsProblem(400, "too-many-rows");
        (await SendAsync(account, Head + new string('x', 4 * 1024 * 1024))).IsProblem(413, "body-too-large");
        (await SendAsync(
            account, Head + string.Concat(Enumerable.Range(0, 9_001).Select(i => $"{account.WalletId},10000000000000,USD,r-{i}\n"))))
            .IsProblem(400, "sum-too-large");
        (await SendAsync(account, Head + row, key: null)).IsProblem(400, "idempotency-key-required");
        (await SendAsync(account, Head + row, kind: "charges")).IsProblem(400, "invalid-parameter");
        (await SendAsync(account, Head + row, rest: "&atomic=True")).IsProblem(400, "invalid-parameter");
        (await api.SendRawAsync(HttpMethod.Post, $"{Path}?kind=deposits", Head + row, account.Token, Account.NewKey(), "application/json"))
            .IsProblem(415);
        (await api.SendRawAsync(HttpMethod.Post, Path, Head + row, account.Token, Account.NewKey(), "text/csv"))
            .IsProblem(400, "invalid-parameter");
        var sub = await api.AddUserAsync(account);
        Assert.Equal("wallets:adjust", (await SendAsync(sub, Head + row)).IsProblem(403, "forbidden").Text("permission"));
        var other = await api.RegisterAsync();
        Assert.Equal(["not-found"], Codes((await SendAsync(other, Head + row)).Is(200).Json));
        Assert.Equal("0.00", await account.BalanceAsync());
    }

    [Theory]
    [InlineData(",", "walletId,amount,currency,reference,note,Cost center")]
    [InlineData(";", "REFERENCE;note;Currency; AMOUNT ;walletid;Cost center")]
    [InlineData("\t", "\uFEFFnote\tcurrency\tamount\treference\tWALLETID\tCost center")]
    public async Task Headers_in_any_case_and_order_and_three_delimiters_are_accepted_and_unknown_columns_reported(
        string delimiter, string head)
    {
        var account = await api.RegisterAsync();
        var cells = head.Split(delimiter).Select(name => name.Trim().TrimStart('\uFEFF').ToLowerInvariant() switch
        {
            "walletid" => account.WalletId,
            "amount" => "1.50",
            "currency" => "USD",
            "reference" => "\"a, b; c\td\"",
            _ => "\"of, no; interest\t\"",
        });
        var report = (await SendAsync(account, $"{head}\r\n{string.Join(delimiter, cells)}\r\n")).Is(200).Json;
        Assert.Equal(["accepted"], Statuses(report));
        Assert.Equal(["note", "Cost center"], report["ignoredColumns"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("a, b; c\td", (await account.HistoryAsync())[0]["reference"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_existing_reference_of_the_wallet_is_a_duplicate_in_dry_run_and_run()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        var second = (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201).Text("id");
        var booked =
            (await account.PostAsync(
                $"{account.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("9"), ["reference"] = "bank-1" })).Is(201)
                .Text("id");
        (await other.PostAsync($"{other.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("9"), ["reference"] = "bank-2" }))
            .Is(201);
        var file = $"{Head}{account.WalletId},1,USD,bank-1\n{account.WalletId},2,USD,bank-2\n" +
            $"{account.WalletId},4,USD,bank-2\n{second},8,USD,bank-1\n";
        string[] expected = ["duplicate", "accepted", "duplicate", "accepted"];
        var dry = (await SendAsync(account, file, key: null, dryRun: true)).Is(200).Json;
        Assert.Equal(expected, Statuses(dry).Select(status => status == "would-accept" ? "accepted" : status));
        var real = (await SendAsync(account, file)).Is(200).Json;
        Assert.Equal(expected, Statuses(real));
        Assert.Equal(booked, real["outcomes"]![0]!["transactionId"]!.GetValue<string>());
        Assert.Equal("11.00", await account.BalanceAsync());

        // A dry run of booked rows reports duplicates, whatever its key.
        Assert.All(
            Statuses((await SendAsync(account, file, key: null, dryRun: true)).Is(200).Json), status => Assert.Equal("duplicate", status));

        var repeated = (await SendAsync(account, file, rest: "&uniqueReferences=false")).Is(200).Json;
        Assert.All(Statuses(repeated), status => Assert.Equal("accepted", status));
        Assert.Equal("18.00", await account.BalanceAsync());
        (await account.PostAsync(
            $"{account.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("1"), ["reference"] = "bank-1" })).Is(201);
    }

    [Fact]
    public async Task A_corrected_file_with_a_new_key_books_the_valid_rows_once()
    {
        var account = await api.RegisterAsync();
        var rows = Enumerable.Range(1, 20).Select(i => $"{account.WalletId},{(i % 5 == 0 ? "1O" : "10")},USD,bank-{i}\n").ToList();
        Assert.Equal(16, (await SendAsync(account, Head + string.Concat(rows))).Is(200).Json["accepted"]!.GetValue<int>());
        var corrected = (await SendAsync(account, Head + string.Concat(rows).Replace("1O", "10", StringComparison.Ordinal))).Is(200).Json;
        Assert.Equal(
            (4, 16, 0),
            (corrected["accepted"]!.GetValue<int>(), corrected["duplicates"]!.GetValue<int>(), corrected["refused"]!.GetValue<int>()));
        Assert.Equal("200.00", await account.BalanceAsync());
    }

    [Fact]
    public async Task Two_files_with_the_same_rows_at_once_book_each_row_once()
    {
        var account = await api.RegisterAsync();
        var file = Head + string.Concat(Enumerable.Range(1, 40).Select(i => $"{account.WalletId},1,USD,bank-{i}\n"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(account, file)));
        Assert.Equal(40, answers.Sum(answer => answer.Is(200).Json["accepted"]!.GetValue<int>()));
        Assert.Equal(120, answers.Sum(answer => answer.Json["duplicates"]!.GetValue<int>()));
        Assert.Equal("40.00", await account.BalanceAsync());
    }

    [Theory]
    [InlineData("deposits")]
    [InlineData("opening-balances")]
    public async Task An_atomic_import_books_all_rows_or_none(string kind)
    {
        var account = await api.RegisterAsync();
        var good = Head + string.Concat(Enumerable.Range(1, 10).Select(i => $"{account.WalletId},1,USD,bank-{i}\n"));
        foreach (var (bad, code) in new[]
        {
            ($"{account.WalletId},1,EUR,bank-11\n", "currency-mismatch"), ($"{account.WalletId},1,USD,bank-3\n", ""),
        })
        {
            string[] codes = [.. Enumerable.Repeat("not-booked", 10), code];
            Assert.Equal(codes, Codes((await SendAsync(account, good + bad, key: null, kind, dryRun: true, "&atomic=true")).Is(200).Json));
            var report = (await SendAsync(account, good + bad, kind: kind, rest: "&atomic=true")).Is(200).Json;
            Assert.Equal(codes, Codes(report));
            Assert.Equal(0, report["accepted"]!.GetValue<int>());
            Assert.Empty(await account.HistoryAsync());
        }

        var all = (await SendAsync(account, good, kind: kind, rest: "&atomic=true")).Is(200).Json;
        Assert.Equal((10, true), (all["accepted"]!.GetValue<int>(), all["atomic"]!.GetValue<bool>()));
        Assert.Equal("10.00", await account.BalanceAsync());
    }

    // A concurrent import changes the wallets between planning and booking.
    [Fact]
    public async Task An_atomic_import_that_fails_midway_books_nothing()
    {
        var account = await api.RegisterAsync();
        var wallets = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(async _ => (await account.PostAsync("/api/v1/wallets", new JsonObject())).Is(201).Text("id")));
        var before = 0m;
        for (var round = 0; round < 8; round++)
        {
            var file = Head + string.Concat(Enumerable.Range(0, 200).Select(i => $"{wallets[i % 4]},1,USD,round-{round}-{i}\n"));
            var import = SendAsync(account, file, rest: "&atomic=true");
            var rival = SendAsync(
                account, Head + string.Concat(Enumerable.Range(150, 50).Select(i => $"{wallets[i % 4]},1,USD,round-{round}-{i}\n")),
                rest: "&atomic=true");
            var reports = (await Task.WhenAll(import, rival)).Select(answer => answer.Is(200).Json).ToList();
            Assert.All(reports, report => Assert.True(
                report["accepted"]!.GetValue<int>() == 0 || report["accepted"]!.GetValue<int>() == report["rows"]!.GetValue<int>(),
                report.ToJsonString()));
            var balances = await Task.WhenAll(
                wallets.Select(
                    async wallet =>
                        (await account.GetAsync($"/api/v1/wallets/{wallet}")).Is(200).Json["balance"]!["amount"]!.GetValue<string>()));
            var booked = reports.Sum(report => report["accepted"]!.GetValue<int>());
            var sum = balances.Sum(balance => decimal.Parse(balance, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(booked, (int)(sum - before));
            before = sum;
        }
    }

    private static Task<Answer> SendAsync(
        Account account, string file, string? key = Fresh, string kind = "deposits", bool dryRun = false, string rest = "") =>
        account.Api.SendRawAsync(
            HttpMethod.Post, $"{Path}?kind={kind}&dryRun={(dryRun ? "true" : "false")}{rest}", file, account.Token,
            key == Fresh ? Account.NewKey() : key, "text/csv");

    private static IEnumerable<string> Codes(JsonNode report) =>
        report["outcomes"]!.AsArray().Select(row => row!["code"]?.GetValue<string>() ?? "");

    private static IEnumerable<string> Statuses(JsonNode report) =>
        report["outcomes"]!.AsArray().Select(row => row!["status"]!.GetValue<string>());
}
