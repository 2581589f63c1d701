using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>The audit log over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class AuditLogTests(ApiFixture api)
{
    private const string Log = "/api/v1/audit-log";

    private static readonly string[] Opening =
        ["organisation.created", "user.mail-requested", "user.registered", "user.signed-in", "wallet.opened"];

    [Fact]
    public async Task ASVS_16_3_1_a_failed_sign_in_is_logged_with_who_what_when_where_and_trace()
    {
        var account = await api.RegisterAsync();
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var refused = await LoginAsync(account.Email, "a wrong password", ("User-Agent", "probe/1.0"));
        var item = await FindAsync(account, "action=user.sign-in");
        Assert.Equal(refused.IsProblem(401).Text("traceId"), Text(item, "traceId"));
        Assert.Equal(("refused", "invalid-credentials", "anonymous"), (Text(item, "outcome"), Text(item, "code"), Text(item, "actorKind")));
        Assert.Equal(("user", account.UserId), (Text(item, "entityType"), Text(item, "entityId")));
        Assert.Equal(("127.0.0.1", "probe/1.0"), (Text(item, "ip"), Text(item, "userAgent")));
        Assert.Null(item["actorId"]);
        Assert.InRange(item["at"]!.GetValue<DateTimeOffset>(), before, TimeProvider.System.GetUtcNow().AddSeconds(1));
        Assert.DoesNotContain("a wrong password", item.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASVS_16_2_5_an_unknown_name_is_not_in_the_platforms_log_in_clear_text()
    {
        var typed = "MyPassw0rd-in-the-wrong-field";
        var refused = (await LoginAsync(typed, "x")).IsProblem(401);
        var admin = await AdminAsync();
        var item = await FindAsync(admin, "action=user.sign-in", item => Text(item, "traceId") == refused.Text("traceId"));
        Assert.Null(item["entityId"]);
        Assert.Matches("^[0-9a-f]{16}$", item["details"]!["login"]!.GetValue<string>());
        Assert.DoesNotContain(typed, (await admin.GetAsync($"{Log}?limit=200")).Is(200).Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ASVS_16_3_3_a_change_is_logged_with_who_what_when_where_and_trace()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4737";
        var account = await api.RegisterAsync();
        (await api.SendAsync(
            HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Another name" }, account.Token,
            headers: [("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"), ("User-Agent", "probe/2.0")])).Is(200);
        var item = Assert.Single(await ItemsAsync(account, "action=organisation.updated"));
        Assert.Equal((Trace, account.UserId, "user"), (Text(item, "traceId"), Text(item, "actorId"), Text(item, "actorKind")));
        Assert.Equal(("127.0.0.1", "probe/2.0", "accepted"), (Text(item, "ip"), Text(item, "userAgent"), Text(item, "outcome")));
        Assert.Equal(("organisation", account.OrganisationId), (Text(item, "entityType"), Text(item, "entityId")));
        Assert.Equal("Another name", item["details"]!["name"]!.GetValue<string>());
        Assert.NotNull(item["details"]!["name.was"]);
    }

    [Fact]
    public async Task ASVS_16_3_1_a_sign_in_and_a_sign_out_are_logged()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4738";
        var account = await api.RegisterAsync();
        var tokens = (await LoginAsync(account.Email, account.Password, ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"))).Is(200);
        var item = Assert.Single(await ItemsAsync(account, "action=user.signed-in"), item => Text(item, "traceId") == Trace);
        var details = item["details"]!;
        Assert.Equal((account.UserId, "accepted"), (Text(item, "actorId"), Text(item, "outcome")));
        Assert.Equal("password", Text(details, "method"));
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/logout", token: tokens.Text("tokens", "accessToken"))).Is(204);
        var ended = Assert.Single(await ItemsAsync(account, "action=user.session-ended"));
        Assert.Equal(Text(details, "sessionId"), Text(ended["details"]!, "sessionId"));
    }

    [Fact]
    public async Task ASVS_16_3_2_a_403_is_in_the_organisations_log_and_its_caller_cannot_read_it()
    {
        var account = await api.RegisterAsync();
        var body = new JsonObject { ["email"] = "sub.audit@example.test", ["displayName"] = "Sub", ["password"] = "a long password" };
        (await account.PostAsync("/api/v1/users", body)).Is(201);
        var sub = (await LoginAsync("sub.audit@example.test", "a long password")).Is(200).Text("tokens", "accessToken");
        var refused = (await api.SendAsync(HttpMethod.Get, Log, token: sub)).IsProblem(403, "forbidden");
        (await api.SendAsync(HttpMethod.Get, $"{Log}/export", token: sub)).IsProblem(403, "forbidden");
        var item = await FindAsync(account, "action=access.request", item => Text(item, "traceId") == refused.Text("traceId"));
        Assert.Equal(("refused", "forbidden", "audit:read"),
            (Text(item, "outcome"), Text(item, "code"), Text(item["details"]!, "permission")));
        Assert.Equal("/api/v1/audit-log", item["details"]!["route"]!.GetValue<string>().TrimEnd('/'));
        Assert.NotEqual(account.UserId, Text(item, "actorId"));
    }

    [Fact]
    public async Task A_registration_starts_the_log_and_another_organisation_cannot_see_it()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        var items = await ItemsAsync(account, "");
        Assert.Equal(Opening, items.Select(item => Text(item, "action")).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.Equal(("127.0.0.1", account.UserId), (Text(item, "ip"), Text(item, "actorId"))));
        Assert.Empty(await ItemsAsync(other, $"actor={account.UserId}"));
        Assert.Empty(await ItemsAsync(other, $"entity={account.WalletId}"));
        Assert.DoesNotContain(account.UserId, await ExportAsync(other, "csv"), StringComparison.Ordinal);
        var cursor = (await account.GetAsync($"{Log}?limit=1")).Is(200).Text("nextCursor");
        (await other.GetAsync($"{Log}?cursor={cursor}")).IsProblem(400, "invalid-cursor");
        (await account.DepositAsync("5")).Is(201);
        (await account.ChargeAsync("1")).Is(201);
        Assert.Equal(Opening.Length, (await ItemsAsync(account, "")).Count);
    }

    [Fact]
    public async Task Pages_and_filters_show_each_entry_once()
    {
        var account = await api.RegisterAsync();
        for (var i = 0; i < 5; i++)
        {
            (await api.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = $"Name {i}" }, account.Token))
                .Is(200);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await account.GetAsync($"{Log}?action=organisation.&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(200);
            seen.AddRange(page.Json["items"]!.AsArray().Select(item => item!["details"]!["name"]!.GetValue<string>()));
            cursor = page.Json["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(["Name 4", "Name 3", "Name 2", "Name 1", "Name 0"], seen.Take(5));
        Assert.Equal(6, seen.Count);
        Assert.Empty(await ItemsAsync(account, "outcome=refused"));
        Assert.Equal(6, (await ItemsAsync(account, "entityType=organisation")).Count);
        Assert.Empty(await ItemsAsync(account, "to=2020-01-01T00:00:00Z"));
        foreach (var bad in new[] { "outcome=maybe", "actor=17", "from=yesterday", "nope=1", "format=csv" })
        {
            (await account.GetAsync($"{Log}?{bad}")).IsProblem(400);
        }

        (await account.GetAsync($"{Log}/export?format=xml")).IsProblem(400, "invalid-parameter");
        (await account.GetAsync($"{Log}/export?limit=1")).IsProblem(400, "unknown-parameter");
    }

    [Fact]
    public async Task ASVS_16_4_1_a_forged_user_agent_injects_no_line_and_no_formula()
    {
        const string Forged = "=HYPERLINK(\"http://evil\")\",\"x\"\u2028\u202eforged;{}";
        var account = await api.RegisterAsync();
        (await api.SendAsync(
            HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "=1+1" }, account.Token, headers: ("User-Agent", Forged)))
                .Is(200);
        await ExecuteAsync(
            $"""
            INSERT INTO audit_log (org_id, at, id, actor_kind, action, user_agent, details)
            VALUES ('{account.OrganisationId}', now(), gen_random_uuid(), 0, 'raw', E'a\r\n"b",c\n=1', '{JsonNone}')
            """);
        var csv = (await ExportAsync(account, "csv")).Split("\r\n");
        Assert.Equal(1 + Opening.Length + 2 + 1, csv.Length); // Header, entries and the empty end. The export started before its own entry.
        Assert.All(csv[..^1], line => Assert.Matches("^(\"([^\"]|\"\")*\"(,|$)){13}$", line));
        Assert.Contains(csv, line =>
            line.Contains("\"'=HYPERLINK(\"\"http://evil\"\")\"\",\"\"x\"\"\uFFFD\uFFFDforged;{}\"", StringComparison.Ordinal));
        Assert.All(csv, line => Assert.DoesNotMatch("(^|,)\"[=+@-]", line));
        var lines = (await ExportAsync(account, "ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.NotNull(JsonNode.Parse(line)!["id"]));
        Assert.Contains(lines, line => JsonNode.Parse(line)!["userAgent"]?.GetValue<string>() == "a\r\n\"b\",c\n=1");
    }

    [Fact]
    public async Task An_export_of_fifty_thousand_entries_is_streamed()
    {
        var account = await api.RegisterAsync();
        await ExecuteAsync(
            $"""
            INSERT INTO audit_log (org_id, at, id, actor_kind, action, details)
            SELECT '{account.OrganisationId}', now() - n * interval '1 second', gen_random_uuid(), 0, 'bulk', '{JsonNone}'
            FROM generate_series(1, 50000) n
            """);
        foreach (var format in new[] { "ndjson", "csv" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Log}/export?action=bulk&format={format}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Token);
            using var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.True(response.Headers.TransferEncodingChunked);
            Assert.Equal(format == "csv" ? "text/csv" : "application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal($"audit-log.{format}", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            var lines = 0;
            while (await reader.ReadLineAsync() is not null)
            {
                lines++;
            }

            Assert.Equal(format == "csv" ? 50_001 : 50_000, lines);
        }

        Assert.Equal(2, (await ItemsAsync(account, "action=audit-log.exported")).Count);
    }

    [Fact]
    public async Task Repeated_failures_of_one_source_do_not_fill_the_log()
    {
        var account = await api.RegisterAsync();
        for (var i = 0; i < 40; i++)
        {
            (await LoginAsync(account.Email, "a wrong password")).IsProblem(401);
        }

        // At most two rows a minute; a slow machine may take several minutes.
        Assert.InRange((await ItemsAsync(account, "action=user.sign-in")).Count, 1, 10);
    }

    private const string JsonNone = "{}";

    private async Task<Account> AdminAsync()
    {
        var tokens = (await LoginAsync("admin@platform.local", "the-admins-password")).Is(200);
        return new Account(api, "", "", tokens.Text("tokens", "accessToken"), "", "", "");
    }

    private static async Task<JsonNode> FindAsync(Account account, string query, Func<JsonNode, bool>? where = null)
    {
        JsonNode? found = null;
        await Eventually.HoldsAsync(
            async () => (found = (await ItemsAsync(account, query)).FirstOrDefault(where ?? (_ => true))) is not null,
            TimeSpan.FromSeconds(30), "the entry is there");
        return found!;
    }

    private static async Task<IReadOnlyList<JsonNode>> ItemsAsync(Account account, string query) =>
        [.. (await account.GetAsync($"{Log}?limit=200&{query}".TrimEnd('&'))).Is(200).Json["items"]!.AsArray().Select(item => item!)];

    private static async Task<string> ExportAsync(Account account, string format) =>
        (await account.GetAsync($"{Log}/export?format={format}")).Is(200).Body;

    private Task<Answer> LoginAsync(string email, string password, params (string, string)[] headers) => api.SendAsync(
        HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password }, headers: headers);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(api.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string? Text(JsonNode item, string name) => item[name]?.GetValue<string>();
}
