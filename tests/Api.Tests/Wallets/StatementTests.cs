using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Api.Http;
using Platform.Api.Wallets;
using Platform.Wallets;

namespace Platform.Api.Tests.Wallets;

/// <summary>Statements and past balances: opening plus lines is closing, whatever was corrected later.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class StatementTests(ApiFixture api)
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task Opening_plus_lines_is_closing_for_any_history_and_periods_join(int seed, bool backdated)
    {
        var random = new Random(seed);
        var account = await api.RegisterAsync();
        await LiveAsync(account, random, backdated);
        var ledger = await LedgerAsync(account);
        var instants = ledger.SelectMany(row => new[] { row.At, row.At.AddMicroseconds(1), row.KnownAt, row.KnownAt.AddMicroseconds(-1) })
            .Distinct().Order().ToArray();
        for (var run = 0; run < 12; run++)
        {
            var known = instants[random.Next(instants.Length)];
            var cuts = Enumerable.Range(0, 3).Select(_ => instants[random.Next(instants.Length)]).Order().ToArray();
            var seen = ledger.Where(row => row.KnownAt <= known).ToList();
            var before = 0L;
            foreach (var (from, to) in new (DateTimeOffset?, DateTimeOffset?)[]
            {
                (null, cuts[0]), (cuts[0], cuts[1]), (cuts[1], cuts[2]), (cuts[2], null),
            })
            {
                var statement = await StatementAsync(account, from, to, known);
                Assert.Equal(before, Minor(statement["opening"]!));
                var expected = seen.Where(row => (from is null || row.At >= from) && (to is null || row.At < to)).OrderBy(row => row.At)
                    .ThenBy(row => row.Sequence).ToList();
                var lines = statement["lines"]!.AsArray();
                Assert.Equal(expected.Select(row => row.Sequence), lines.Select(line => line!["sequence"]!.GetValue<long>()));
                Assert.Equal(expected.Select(row => row.Change), lines.Select(line => Minor(line!["change"]!)));
                foreach (var line in lines)
                {
                    before += Minor(line!["change"]!);
                    Assert.Equal(before, Minor(line["balance"]!));
                }

                Assert.Equal(before, Minor(statement["closing"]!));
                Assert.Equal(
                    Minor(statement["closing"]!) - Minor(statement["opening"]!),
                    Minor(statement["credits"]!) - Minor(statement["debits"]!));
                if (to is { } end)
                {
                    var balance =
                        (await account.GetAsync($"{account.Wallet}/balance?at={Text(end.AddMicroseconds(-1))}&asKnownAt={Text(known)}"))
                        .Is(200);
                    var upTo = seen.Where(row => row.At < end).ToList();
                    Assert.Equal(before, Minor(balance.Json["balance"]!));
                    Assert.Equal(upTo.Sum(row => row.HeldChange), Minor(balance.Json["held"]!));
                    Assert.Equal(Minor(balance.Json["balance"]!) - Minor(balance.Json["held"]!), Minor(balance.Json["available"]!));
                    Assert.Equal(upTo.Select(row => row.Sequence).DefaultIfEmpty(0).Max(), balance.Json["sequence"]!.GetValue<long>());
                }
            }
        }
    }

    [Fact]
    public async Task A_statement_matches_its_documented_shape()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        (await account.ChargeAsync("12.50")).Is(201);
        var body = (await account.GetAsync($"{account.Wallet}/statement?from=2020-01-01T00:00:00Z")).Is(200).Body;
        var statement = JsonSerializer.Deserialize(body, PlatformJson.Of<Statement>())!;
        Assert.Equal([TransactionType.Deposit, TransactionType.Charge], statement.Lines.Select(line => line.Type));
        Assert.Equal(body, JsonSerializer.Serialize(statement, PlatformJson.Of<Statement>()));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("pdf")]
    public async Task A_past_statement_is_the_same_to_the_byte_whatever_is_corrected_later(string format)
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var charged = (await account.ChargeAsync("12.50")).Is(201);
        var known = charged.Text("knownAt");
        var path = $"{account.Wallet}/statement?from=2020-01-01T00:00:00Z&format={format}";
        var first = (await account.GetAsync($"{path}&asKnownAt={known}")).Is(200);
        await AdjustAsync(account, "5", "credit", TimeProvider.System.GetUtcNow().AddYears(-2));
        (await account.ChargeAsync("1")).Is(201);
        Assert.Equal(first.Body, (await account.GetAsync($"{path}&asKnownAt={known}")).Is(200).Body);
        Assert.NotEqual(first.Body, (await account.GetAsync(path)).Is(200).Body);
        Assert.Equal("87.50", (await account.GetAsync($"{account.Wallet}/balance?asKnownAt={known}")).Is(200).Text("balance", "amount"));
        Assert.Equal(
            "5.00",
            (await account.GetAsync($"{account.Wallet}/balance?at={Text(TimeProvider.System.GetUtcNow().AddYears(-1))}")).Is(200)
            .Text("balance", "amount"));
    }

    [Fact]
    public async Task Cells_that_look_like_formulas_are_text_and_numbers_are_numbers()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        foreach (var reason in new[] { "=1+1", "+1", "-1", "@SUM(A1)", "plain, with \"quotes\"" })
        {
            (await account.ChargeAsync("1", reason: reason)).Is(201);
        }

        var answer = (await account.GetAsync($"{account.Wallet}/statement?format=csv")).Is(200);
        Assert.Equal("text/csv", answer.MediaType);
        Assert.StartsWith("attachment", answer.Header("Content-Disposition"), StringComparison.Ordinal);
        var lines = answer.Body.Split("\r\n");
        Assert.Equal(10, lines.Length); // Header, opening, six transactions, closing and the empty end.
        foreach (var cell in new[] { "\"'=1+1\"", "\"'+1\"", "\"'-1\"", "\"'@SUM(A1)\"", "\"plain, with \"\"quotes\"\"\"" })
        {
            Assert.Contains(lines, line => line.EndsWith($",{cell}", StringComparison.Ordinal));
        }

        Assert.Contains(",100.00,,100.00,100.00,USD,", lines[2], StringComparison.Ordinal);
        Assert.Contains(",1.00,1.00,,99.00,USD,", lines[3], StringComparison.Ordinal);
        Assert.Equal(",,,closing,,,,,95.00,USD,,", lines[8]);
    }

    [Fact]
    public async Task A_pdf_has_a_correct_object_table_and_pages_that_carry_the_balance_forward()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100", "pdf-deposit")).Is(201);
        for (var i = 0; i < 60; i++)
        {
            (await account.ChargeAsync("1", reason: "a (b) \\ \u20ac \u4e2d =1+1")).Is(201);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{account.Wallet}/statement?format=pdf");
        request.Headers.Authorization = new("Bearer", account.Token);
        using var response = await api.Http.SendAsync(request);
        Assert.Equal("application/pdf", response.Content.Headers.ContentType!.MediaType);
        var pdf = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
        Assert.StartsWith("%PDF-1.4\n", pdf, StringComparison.Ordinal);
        var table = int.Parse(Start().Match(pdf).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.StartsWith("xref\n", pdf[table..], StringComparison.Ordinal);
        var offsets = Offset().Matches(pdf[table..]).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .ToList();
        Assert.All(
            offsets.Index(), offset => Assert.StartsWith($"{offset.Index + 1} 0 obj\n", pdf[offset.Item..], StringComparison.Ordinal));
        Assert.Contains("/Count 2 ", pdf, StringComparison.Ordinal);
        foreach (Match stream in Content().Matches(pdf))
        {
            Assert.Equal(int.Parse(stream.Groups[1].Value, CultureInfo.InvariantCulture), stream.Groups[2].Length);
        }

        Assert.Contains("a \\(b\\) \\\\ \u0080 ? =1+1", pdf, StringComparison.Ordinal);
        Assert.Contains("Balance brought forward", pdf, StringComparison.Ordinal);
        Assert.Contains("Closing balance, 61 lines", pdf, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transactions_are_filtered_by_time_of_effect_and_related_id()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var past = TimeProvider.System.GetUtcNow().AddYears(-3);
        var adjusted = await AdjustAsync(account, "5", "credit", past);
        var charge = (await account.ChargeAsync("10")).Is(201).Text("id");
        (await account.PostAsync($"/api/v1/transactions/{charge}/refunds", new JsonObject { ["amount"] = Account.Money("4") })).Is(201);

        var old = (await account.GetAsync($"{account.Wallet}/transactions?to={Text(past.AddDays(1))}")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(adjusted.Text("id"), Assert.Single(old)!["id"]!.GetValue<string>());
        Assert.True(DateTimeOffset.Parse(old[0]!["knownAt"]!.GetValue<string>(), CultureInfo.InvariantCulture) > past.AddYears(2));
        var about = (await account.GetAsync($"{account.Wallet}/transactions?relatedId={charge}")).Is(200).Json["items"]!.AsArray();
        Assert.Equal("refund", Assert.Single(about)!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Statements_are_private_and_bad_queries_are_400()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await other.GetAsync($"{account.Wallet}/statement")).IsProblem(404, "not-found");
        (await other.GetAsync($"{account.Wallet}/balance")).IsProblem(404, "not-found");
        var sub = await api.AddUserAsync(account);
        (await sub.GetAsync($"{account.Wallet}/statement")).IsProblem(403, "forbidden");
        (await sub.GetAsync($"{account.Wallet}/balance")).IsProblem(403, "forbidden");
        foreach (var query in new[]
        {
            "statement?format=xls", "statement?from=yesterday", "statement?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
            "statement?limit=1", "balance?at=1",
        })
        {
            (await account.GetAsync($"{account.Wallet}/{query}")).IsProblem(400);
        }

        foreach (var query in new[]
        {
            "statement?from=1970-01-01T00:00:00Z&to=2200-12-31T23:59:59.9999999Z", "balance?at=1970-01-01T00:00:00Z",
            "balance?at=2200-12-31T23:59:59.9999999Z&asKnownAt=2200-12-31T23:59:59Z",
        })
        {
            (await account.GetAsync($"{account.Wallet}/{query}")).Is(200);
        }
    }

    private static async Task LiveAsync(Account account, Random random, bool backdated)
    {
        (await account.DepositAsync("1000")).Is(201);
        var holds = new Queue<string>();
        for (var step = 0; step < 40; step++)
        {
            var amount = random.Next(1, 20).ToString(CultureInfo.InvariantCulture);
            switch (random.Next(backdated ? 7 : 5))
            {
                case 0:
                    (await account.DepositAsync(amount)).Is(201);
                    break;
                case 1:
                    (await account.ChargeAsync(amount)).Is(201);
                    break;
                case 2:
                    holds.Enqueue((await account.PostAsync(
                        $"{account.Wallet}/holds",
                        new JsonObject { ["amount"] = Account.Money(amount), ["expiresIn"] = 600, ["reason"] = "r" })).Is(201).Text("id"));
                    break;
                case 3 when holds.Count > 0:
                    (await account.PostAsync(
                        $"/api/v1/holds/{holds.Dequeue()}/capture", new JsonObject { ["amount"] = Account.Money("1") })).Is(201);
                    break;
                case 4 when holds.Count > 0:
                    (await account.PostAsync($"/api/v1/holds/{holds.Dequeue()}/void", new JsonObject())).Is(201);
                    break;
                default:
                    await AdjustAsync(
                        account, amount, random.Next(2) == 0 ? "credit" : "debit",
                        backdated ? TimeProvider.System.GetUtcNow().AddSeconds(-random.Next(0, 100_000)) : null);
                    break;
            }
        }
    }

    private static async Task<Answer> AdjustAsync(Account account, string amount, string direction, DateTimeOffset? at)
    {
        var body = new JsonObject { ["amount"] = Account.Money(amount), ["direction"] = direction, ["reason"] = "correction" };
        if (at is { } instant)
        {
            body["effectiveAt"] = instant.ToString("O", CultureInfo.InvariantCulture);
        }

        return (await account.PostAsync($"{account.Wallet}/adjustments", body)).Is(201);
    }

    private static async Task<JsonNode> StatementAsync(Account account, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset known)
    {
        var query = string.Concat(from is { } begin ? $"&from={Text(begin)}" : "", to is { } end ? $"&to={Text(end)}" : "");
        return (await account.GetAsync($"{account.Wallet}/statement?asKnownAt={Text(known)}{query}")).Is(200).Json;
    }

    private static async Task<IReadOnlyList<Row>> LedgerAsync(Account account)
    {
        var (rows, balance, held) = (new List<Row>(), 0L, 0L);
        foreach (var item in (await account.HistoryAsync()).Reverse())
        {
            var (after, heldAfter) = (Minor(item["balanceAfter"]!), Minor(item["heldAfter"]!));
            rows.Add(
                new Row(
                    item["sequence"]!.GetValue<long>(), Instant(item["at"]!), Instant(item["knownAt"]!), after - balance,
                    heldAfter - held));
            (balance, held) = (after, heldAfter);
        }

        return rows;
    }

    private static long Minor(JsonNode money) =>
        (long)(decimal.Parse(money["amount"]!.GetValue<string>(), CultureInfo.InvariantCulture) * 100);

    private static DateTimeOffset Instant(JsonNode node) => DateTimeOffset.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private sealed record Row(long Sequence, DateTimeOffset At, DateTimeOffset KnownAt, long Change, long HeldChange);

    [GeneratedRegex("startxref\n([0-9]+)\n%%EOF\n$")]
    private static partial Regex Start();

    [GeneratedRegex("([0-9]{10}) 00000 n \n")]
    private static partial Regex Offset();

    [GeneratedRegex("<< /Length ([0-9]+) >>\nstream\n(.*?)endstream", RegexOptions.Singleline)]
    private static partial Regex Content();
}
