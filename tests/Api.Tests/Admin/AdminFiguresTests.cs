using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Admin;

/// <summary>
/// The platform's figures equal the fold of the ledger entries exactly, both in operation and after a rebuild. Uses its own platform,
/// because it checks all data.
/// </summary>
public sealed class AdminFiguresTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    // The platform's own wallet does not count: processes warm up on it.
    private const string Customers = "org_id <> '00000000-0000-7000-8000-000000000001'";
    private const string Balance = "sum(paid + promotional + held + leased)";
    private const int Wallet = 1, Promotional = 2, Held = 3, Revenue = 4, External = 5, Leased = 9, LeaseFunding = 10;

    // The revenue of each transaction, over all its lines.
    private const string Earned =
        $"""
        (SELECT currency, sum(amount) AS earned FROM ledger_entry WHERE account = 4 AND {Customers}
         GROUP BY org_id, wallet_id, sequence, currency) e
        """;

    private static readonly string[] Zones =
        ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns"];
    private readonly ApiFixture _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Overview_and_revenue_equal_the_fold_of_the_entries_before_and_after_a_rebuild_from_zero()
    {
        await WorkAsync();
        var admin = await _api.SuperAdminAsync();
        var before = await FiguresEqualTheEntriesAsync(admin);
        await EnterprisesEqualTheirEntriesAsync(admin);
        await ActivityIsTheJournalAsync(admin);

        const string Entries =
            $"""
            SELECT string_agg(id || ' ' || type || ' ' || amount || ' ' || balance_after || ' ' || postings::text, E'\n' ORDER BY id)
            FROM wallet_transaction WHERE {Customers}
            """;
        var entries = await ScalarAsync<string>(Entries);

        // Spread over two years, to cover days of every length and the ends of months and years.
        await Tampering.ExecuteAsync(
            _api.ConnectionString,
            "journal",
            """
            UPDATE journal SET at = at - (abs(hashtext(operation_id::text)) % (730 * 96)) * interval '15 minutes'
                - (abs(hashtext(entity_id::text)) % 900) * interval '1 second'
            WHERE entity_type = 'wallet'
            """);
        await Tampering.ExecuteAsync(_api.ConnectionString, "wallet_transaction", "DELETE FROM wallet_transaction");
        await _api.RestartAsync(new Dictionary<string, string> { ["Platform:RebuildReadModels"] = "true" });
        Assert.Equal(entries.Split('\n'), (await ScalarAsync<string>(Entries)).Split('\n'));
        admin = await _api.SuperAdminAsync();
        var after = await FiguresEqualTheEntriesAsync(admin);
        await EnterprisesEqualTheirEntriesAsync(admin);
        foreach (var zone in Zones)
        {
            await RevenueEqualsTheEntriesAsync(admin, zone);
        }

        foreach (var figures in new[] { "organisations", "wallets", "money" })
        {
            Assert.Equal(before[figures]!.ToJsonString(), after[figures]!.ToJsonString());
        }

        Assert.Equal(before["users"]!["byTier"]!.ToJsonString(), after["users"]!["byTier"]!.ToJsonString());
        Assert.Equal(0L, await ScalarAsync<long>("SELECT count(*) FROM quarantine"));
    }

    private async Task WorkAsync()
    {
        var work = new AdminWork(_api, new Random(20261121));
        await work.RunAsync(operations: 500);
        var (owner, subUser) = work.SubUser;
        (await owner.PostAsync($"/api/v1/users/{subUser.UserId}/disable", new JsonObject())).Is(200);
        (await SuspendedOrganisation.SuspendAsync(await _api.SuperAdminAsync(), work.Owners[^1].OrganisationId)).Is(200);
    }

    private async Task<JsonNode> FiguresEqualTheEntriesAsync(Account admin)
    {
        JsonNode overview = new JsonObject();
        // Money under a budget is part of the parent wallet's balance.
        var balances = await EntriesAsync(Wallet, Promotional, Held, Leased, LeaseFunding);
        Assert.Equal(balances,
            await FoldAsync($"SELECT currency, {Balance} FROM wallet WHERE parent_id IS NULL AND {Customers} GROUP BY 1"));
        var (revenue, deposits) =
            (await EntriesAsync(Revenue), (await EntriesAsync(External)).ToDictionary(pair => pair.Key, pair => -pair.Value));
        var charges = await FoldAsync($"SELECT currency, sum(greatest(earned, 0)) FROM {Earned} GROUP BY 1");
        var refunds = await FoldAsync($"SELECT currency, sum(greatest(-earned, 0)) FROM {Earned} GROUP BY 1");
        Assert.All([balances, revenue, deposits, charges, refunds], amounts => Assert.Equal(4, amounts.Count(pair => pair.Value != 0)));
        await Eventually.HoldsAsync(
            async () =>
            {
                overview = (await admin.GetAsync("/api/v1/admin/overview?timeZone=Asia/Kathmandu")).Is(200).Json;
                var money = overview["money"]!;
                AssertSame(balances, money["balances"]!);
                AssertSame(deposits, money["deposits"]!);
                AssertSame(charges, money["charges"]!);
                AssertSame(refunds, money["refunds"]!);
                AssertSame(revenue, money["revenue"]!);
                // Suspensions and money come from rows of different entities, so they may arrive at different times.
                var counts = overview["organisations"]!;
                Assert.Equal((6L, 1L, 5L), (Number(counts, "total"), Number(counts, "suspended"), Number(counts, "active")));
                Assert.Equal(1L, Number(overview["users"]!, "disabled"));
                return true;
            },
            Timeout,
            "the figures of the overview are those of the entries");
        Assert.Equal(await ScalarAsync<long>($"SELECT count(*) FROM wallet WHERE {Customers}"),
            overview["wallets"]!["total"]!.GetValue<long>());
        var (organisations, users) = (overview["organisations"]!, overview["users"]!);
        Assert.Equal((4L, 2L), (Number(organisations["byKind"]!, "enterprise"), Number(organisations["byKind"]!, "individual")));
        Assert.Equal(
            [await TierAsync(1), await TierAsync(0), await TierAsync(2), await TierAsync(3)],
            new[] { "enterprise", "individual", "sub-user", "super-admin" }.Select(tier => Number(users["byTier"]!, tier)));
        var counted = await ScalarAsync<long>(
            $"SELECT count(*) FROM user_account WHERE tier IN (1, 2) OR (tier = 0 AND {Customers}) OR tier = 3");
        Assert.Equal(counted, Number(users, "total"));
        Assert.InRange(Number(users, "activeToday"), Number(users, "activeNow") == 0 ? 0 : 1, Number(users, "total"));
        return overview;

        Task<long> TierAsync(int tier) => ScalarAsync<long>(
            $"SELECT count(*) FROM user_account WHERE tier = {tier} AND (tier = 3 OR org_id <> '00000000-0000-7000-8000-000000000001')");
    }

    private async Task RevenueEqualsTheEntriesAsync(Account admin, string zone)
    {
        foreach (var (granularity, pages) in new[] { ("day", 400), ("month", 12_000), ("year", 12_000) })
        {
            var found = new Dictionary<string, decimal>();
            var now = TimeProvider.System.GetUtcNow();
            for (var to = now.AddDays(2); to > now.AddDays(-740);)
            {
                var from = to.AddDays(-Math.Min(pages - 2, 800));
                var period = string.Create(CultureInfo.InvariantCulture, $"from={from:yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}");
                var answer = (await admin.GetAsync($"/api/v1/admin/revenue?granularity={granularity}&timeZone={zone}&{period}")).Is(200);
                foreach (var bucket in answer.Json["buckets"]!.AsArray())
                {
                    foreach (var amount in bucket!["revenue"]!.AsArray())
                    {
                        var start = TimeZoneInfo.ConvertTime(
                            bucket["start"]!.GetValue<DateTimeOffset>(), TimeZoneInfo.FindSystemTimeZoneById(zone));
                        found[string.Create(CultureInfo.InvariantCulture,
                            $"{start:yyyy-MM-dd} {amount!["currency"]!.GetValue<string>()}")] = Decimal(amount);
                    }
                }

                to = from;
            }

            var entries = await FoldAsync(
                $"""
                SELECT to_char(date_trunc('{granularity}', known_at AT TIME ZONE '{zone}'), 'YYYY-MM-DD') || ' ' || currency, sum(amount)
                FROM ledger_entry WHERE account = {Revenue} AND {Customers} GROUP BY 1 HAVING sum(amount) <> 0
                """);
            Assert.True(entries.Count > 2);
            Assert.Equal(
                entries.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                found.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }
    }

    private async Task EnterprisesEqualTheirEntriesAsync(Account admin)
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await admin.GetAsync($"/api/v1/admin/enterprises?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}"))
                .Is(200).Json;
            foreach (var item in page["items"]!.AsArray())
            {
                var id = item!["id"]!.GetValue<string>();
                seen.Add(id);
                Assert.Equal(await ScalarAsync<long>($"SELECT count(*) FROM user_account WHERE org_id = '{id}' AND tier = 2"),
                    Number(item, "subUsers"));
                Assert.Equal(await ScalarAsync<long>($"SELECT count(*) FROM user_account WHERE org_id = '{id}'"), Number(item, "users"));
                Assert.Equal(await ScalarAsync<long>($"SELECT count(*) FROM wallet WHERE org_id = '{id}'"), Number(item, "wallets"));
                AssertSame(await FoldAsync(
                    $"SELECT currency, {Balance} FROM wallet WHERE org_id = '{id}' AND parent_id IS NULL GROUP BY 1"), item["balance"]!);
                var spend = await FoldAsync(
                    $"SELECT currency, sum(amount) FROM ledger_entry WHERE org_id = '{id}' AND account = {Revenue} GROUP BY 1");
                AssertSame(spend, item["spend"]!);
                var detail = (await admin.GetAsync($"/api/v1/admin/organisations/{id}")).Is(200).Json;
                Assert.Equal(item["balance"]!.ToJsonString(), detail["money"]!["balances"]!.ToJsonString());
            }

            cursor = page["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(4, seen.Distinct().Count());
        Assert.Equal(4, seen.Count);
        Assert.Single((await admin.GetAsync("/api/v1/admin/enterprises?status=suspended")).Is(200).Json["items"]!.AsArray());
        Assert.Empty((await admin.GetAsync("/api/v1/admin/enterprises?name=nobody%20is%20called%20so")).Is(200).Json["items"]!.AsArray());
        Assert.Equal(6, (await admin.GetAsync("/api/v1/admin/organisations")).Is(200).Json["items"]!.AsArray().Count);
        Assert.Equal(2, (await admin.GetAsync("/api/v1/admin/organisations?kind=individual")).Is(200).Json["items"]!.AsArray().Count);
    }

    private async Task ActivityIsTheJournalAsync(Account admin)
    {
        var events = await ScalarAsync<long>(
            "SELECT sum(json_array_length(events)) FROM journal WHERE entity_type IN ('wallet', 'activity', 'organisation')");
        var all = await PagesAsync(admin, "limit=97");
        Assert.Equal(events, all.Count);
        Assert.Equal(events, all.Select(item => item["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal("organisation.suspended", all[0]["type"]!.GetValue<string>());

        var charged = await PagesAsync(admin, "limit=9&type=wallet.charged");
        Assert.Equal(await ScalarAsync<long>("SELECT count(*) FROM wallet_transaction WHERE type = 1"), charged.Count);
        Assert.All(charged, item => Assert.Equal("wallet.charged", item["type"]!.GetValue<string>()));
        var organisation = charged[0]["organisationId"]!.GetValue<string>();
        var own = await PagesAsync(admin, $"limit=11&organisation={organisation}");
        Assert.All(own, item => Assert.Equal(organisation, item["organisationId"]!.GetValue<string>()));
        Assert.Equal(all.Count(item => item["organisationId"]!.GetValue<string>() == organisation), own.Count);
        Assert.Single(await PagesAsync(admin, "limit=1&type=organisation.suspended"));
    }

    private static async Task<List<JsonNode>> PagesAsync(Account admin, string query)
    {
        var items = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = (await admin.GetAsync($"/api/v1/admin/activity?{query}{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(200).Json;
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            cursor = page["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>Sums of minor units, converted to major units. Keys start or end with the currency.</summary>
    private async Task<Dictionary<string, decimal>> FoldAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_api.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var sums = new Dictionary<string, decimal>();
        while (await reader.ReadAsync())
        {
            var key = reader.GetString(0);
            var currency = key.Split(' ').First(part => Currency.TryParse(part, out _));
            sums[key] = reader.GetDecimal(1) / Currency.Parse(currency).MinorPerUnit;
        }

        return sums;
    }

    private Task<Dictionary<string, decimal>> EntriesAsync(params int[] accounts) =>
        FoldAsync(
            $"""
            SELECT currency, sum(amount) FROM ledger_entry WHERE account IN ({string.Join(", ", accounts)}) AND {Customers} GROUP BY 1
            """);

    private static void AssertSame(Dictionary<string, decimal> expected, JsonNode amounts) => Assert.Equal(
        expected.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key, StringComparer.Ordinal),
        amounts.AsArray().Select(amount => KeyValuePair.Create(amount!["currency"]!.GetValue<string>(), Decimal(amount)))
            .Where(pair => pair.Value != 0));

    private static decimal Decimal(JsonNode amount) => decimal.Parse(amount["amount"]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_api.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (T)Convert.ChangeType((await command.ExecuteScalarAsync())!, typeof(T), CultureInfo.InvariantCulture);
    }
}
