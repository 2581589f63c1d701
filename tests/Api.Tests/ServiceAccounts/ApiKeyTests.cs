using System.Buffers.Text;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Platform.Storage.Engine;
using Platform.Testing;

namespace Platform.Api.Tests.ServiceAccounts;

/// <summary>Keys of service accounts: shown once, hashed, expiring, and gone at once when they are revoked.</summary>
[Collection(ApiCollection.Name)]
public sealed class ApiKeyTests(ApiFixture api)
{
    private const string Probe = "/api/v1/metrics";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task V13_3_1_a_key_is_shown_once_and_never_by_a_repetition_or_a_list()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        var (body, key) = (new JsonObject { ["name"] = "second" }, Account.NewKey());
        var first = (await account.AddKeyAsync(body, key)).Is(201);
        var text = first.Text("key");
        Assert.StartsWith("pak_", text, StringComparison.Ordinal);
        Assert.Equal(4 + 107, text.Length);
        Assert.Equal(4 + 64, first.Text("prefix").Length);
        Assert.StartsWith(first.Text("prefix"), text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(90), At(first, "expiresAt") - At(first, "createdAt"));

        var second = (await account.AddKeyAsync(body, key)).Is(201);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Null(second.Json["key"]);
        Assert.Equal(
            (first.Text("id"), first.Text("prefix"), first.Text("expiresAt")),
            (second.Text("id"), second.Text("prefix"), second.Text("expiresAt")));
        (await account.AddKeyAsync(new JsonObject { ["name"] = "other" }, key)).IsProblem(422, "idempotency-key-reused");

        var list = (await account.Owner.GetAsync($"{account.Url}/keys")).Is(200);
        Assert.Equal([first.Text("id"), account.KeyId], list.Json["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()));
        Assert.DoesNotContain(text[^43..], list.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", list.Body, StringComparison.OrdinalIgnoreCase);
        (await api.SendAsync(HttpMethod.Get, Probe, token: text)).Is(200);
    }

    [Fact]
    public async Task Of_simultaneous_repetitions_one_shows_the_key_that_stands()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        var (body, key) = (new JsonObject { ["name"] = "second" }.ToJsonString(), Account.NewKey());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => account.AddKeyAsync(JsonNode.Parse(body)!.AsObject(), key)));
        var shown = Assert.Single(answers, answer => answer.Is(201).Json["key"] is not null);
        Assert.Single(answers.Select(answer => answer.Text("id")).Distinct());
        (await api.SendAsync(HttpMethod.Get, Probe, token: shown.Text("key"))).Is(200);
    }

    [Fact]
    public async Task V6_3_8_whatever_is_wrong_with_a_key_the_answer_is_the_same_401()
    {
        var (owner, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        var (account, other) =
            (await ServiceAccount.CreateAsync(owner, "metrics:read"), await ServiceAccount.CreateAsync(stranger, "metrics:read"));
        (await account.GetAsync(Probe)).Is(200); // Now it is cached too.
        var bytes = Base64Url.DecodeFromChars(account.Key.AsSpan(4));
        var wrong = new List<string>();
        for (var position = 0; position < bytes.Length; position += 5)
        {
            var altered = bytes.ToArray();
            altered[position] ^= 1;
            wrong.Add("pak_" + Base64Url.EncodeToString(altered));
        }

        var theirs = Base64Url.DecodeFromChars(other.Key.AsSpan(4));
        wrong.Add("pak_" + Base64Url.EncodeToString([.. theirs[..16], .. bytes[16..]])); // Their organisation, this account.
        wrong.Add("pak_" + Base64Url.EncodeToString([.. bytes[..16], .. theirs[16..]])); // Their account in this organisation.
        wrong.Add("pak_" + Base64Url.EncodeToString([.. theirs[..48], .. bytes[48..]])); // Their key with this secret.
        wrong.Add("pak_" + Base64Url.EncodeToString(
            [.. bytes[..16], .. Guid.Parse(owner.WalletId).ToByteArray(bigEndian: true), .. bytes[32..]]));
        wrong.Add("pak_" + Base64Url.EncodeToString(
            [.. bytes[..16], .. Guid.Parse(owner.UserId).ToByteArray(bigEndian: true), .. bytes[32..]]));
        wrong.Add("pak_" + Base64Url.EncodeToString(new byte[80]));
        wrong.AddRange(
            [account.Key[..^1], account.Key + "A", account.Key + "=", "pak_", "PAK_" + account.Key[4..], account.Key[4..],
                "pak_" + account.Key]);
        wrong.AddRange([account.Key[..50] + "!" + account.Key[51..], "pak_" + new string('*', 107)]);
        wrong.Add(account.Key[..^1] + (char)(account.Key[^1] + 1)); // The same bytes in another spelling.
        var expected = (await api.SendAsync(HttpMethod.Get, Probe, token: "nonsense")).IsProblem(401, "unauthenticated");
        foreach (var key in wrong)
        {
            var answer = (await api.SendAsync(HttpMethod.Get, Probe, token: key)).IsProblem(401, "unauthenticated");
            Assert.Equal(
                (expected.Text("detail"), expected.Header("WWW-Authenticate")), (answer.Text("detail"), answer.Header("WWW-Authenticate")));
        }

        (await account.GetAsync(Probe)).Is(200);
    }

    [Fact]
    public async Task A_key_is_no_refresh_token_and_opens_no_route_from_the_query()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        (await api.RefreshAsync(account.Key)).IsProblem(401, "invalid-grant");
        (await api.RefreshAsync("prt_" + new string('*', 107))).IsProblem(401, "invalid-grant");
        var token = account.Owner.Token;
        (await api.SendAsync(HttpMethod.Get, Probe, token: token[..^86] + new string('*', 86))).IsProblem(401, "unauthenticated");
        (await api.SendAsync(HttpMethod.Get, $"{Probe}?access_token={account.Key}")).IsProblem(401, "unauthenticated");
        (await api.SendAsync(HttpMethod.Get, Probe, headers: ("Authorization", $"Basic {account.Key}"))).IsProblem(401, "unauthenticated");
        (await api.SendAsync(HttpMethod.Get, Probe, headers: ("X-Api-Key", account.Key))).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task V7_4_1_a_key_that_is_revoked_admits_nobody_from_then_on()
    {
        for (var round = 0; round < 3; round++)
        {
            var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
            var other = (await account.AddKeyAsync(new JsonObject { ["name"] = "other" })).Is(201).Text("key");
            (await account.GetAsync(Probe)).Is(200);
            var key = $"{account.Url}/keys/{account.KeyId}";
            (await api.SendAsync(HttpMethod.Delete, key, token: account.Owner.Token)).Is(204);
            (await account.GetAsync(Probe)).IsProblem(401, "unauthenticated");
            (await api.SendAsync(HttpMethod.Delete, key, token: account.Owner.Token)).Is(204);
            (await api.SendAsync(HttpMethod.Get, Probe, token: other)).Is(200);
            Assert.NotNull(
                (await account.Owner.GetAsync($"{account.Url}/keys")).Json["items"]!.AsArray().Single(
                    item => item!["id"]!.GetValue<string>() == account.KeyId)!["revokedAt"]);
            (await api.SendAsync(HttpMethod.Delete, $"{account.Url}/keys/{account.Id}", token: account.Owner.Token))
                .IsProblem(404, "not-found");
        }
    }

    [Fact]
    public async Task V7_4_2_a_disabled_account_is_admitted_no_more_until_it_is_enabled()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        (await account.GetAsync(Probe)).Is(200);
        (await account.Owner.PostAsync($"{account.Url}/disable", new JsonObject())).Is(200);
        (await account.GetAsync(Probe)).IsProblem(401, "unauthenticated");
        var replacement = (await account.AddKeyAsync(new JsonObject { ["name"] = "replacement" })).Is(201).Text("key");
        (await api.SendAsync(HttpMethod.Get, Probe, token: replacement)).IsProblem(401, "unauthenticated");
        (await account.Owner.PostAsync($"{account.Url}/enable", new JsonObject())).Is(200);
        (await account.GetAsync(Probe)).Is(200);
    }

    [Fact]
    public async Task A_key_that_has_expired_admits_nobody()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(5);
        var added = (await account.AddKeyAsync(Expiring(soon))).Is(201);
        await Eventually.HoldsAsync(
            async () => (await api.SendAsync(HttpMethod.Get, Probe, token: added.Text("key"))).Status == 401, Long, "the key expires");
        Assert.True(TimeProvider.System.GetUtcNow() >= soon);
        (await account.GetAsync(Probe)).Is(200);
    }

    [Fact]
    public async Task A_key_expires_in_the_future_and_within_a_year()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        var now = TimeProvider.System.GetUtcNow();
        foreach (var wrong in new[] { now.AddSeconds(-1), now.AddYears(1).AddMinutes(10), now.AddYears(100) })
        {
            (await account.AddKeyAsync(Expiring(wrong))).IsProblem(400, "invalid-expiry");
        }

        foreach (var extreme in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
        {
            (await account.AddKeyAsync(Expiring(extreme))).IsProblem(400, "invalid-value");
        }

        (await account.AddKeyAsync(Expiring(now.AddYears(1)))).Is(201);
        (await account.AddKeyAsync(new JsonObject { ["name"] = "never", ["expiresAt"] = null })).Is(201);
    }

    [Fact]
    public async Task V11_4_1_no_secret_is_in_the_database_or_the_log()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "metrics:read");
        (await account.GetAsync(Probe)).Is(200);
        (await api.SendAsync(HttpMethod.Get, "/api/v1/nothing", token: account.Key)).IsProblem(404);
        var secret = Base64Url.DecodeFromChars(account.Key.AsSpan(4))[48..];
        string[] forms =
        [
            account.Key, account.Key[^43..], Convert.ToHexString(secret), Convert.ToBase64String(secret), Base64Url.EncodeToString(secret),
            Convert.ToBase64String(secret).Replace("+", "\\u002B", StringComparison.Ordinal),
        ];
        Assert.True(await StandsInDatabaseAsync([account.KeyId])); // The search finds what is there.
        Assert.False(await StandsInDatabaseAsync(forms));
        Assert.All(forms, form => Assert.DoesNotContain(form, api.Log, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_live_hub_shows_metrics_to_who_may_read_them_and_ends_with_the_key()
    {
        var owner = await api.RegisterAsync();
        var account = await ServiceAccount.CreateAsync(owner, "metrics:read");
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Key);
        await hub.InvokeAsync("Subscribe", "overview");
        await hub.WaitForCallAsync("snapshot");
        var ended = hub.WaitForAsync(_ => false);
        Assert.False(ended.IsCompleted);
        (await api.SendAsync(HttpMethod.Delete, $"{account.Url}/keys/{account.KeyId}", token: owner.Token)).Is(204);
        await Eventually.HoldsAsync(() => ended.IsFaulted, Long, "the connection is ended");
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(api.Address, account.Key));
        var reader = await ServiceAccount.CreateAsync(owner, "wallets:read");
        await using var other = await HubClient.ConnectAsync(api.Address, reader.Key);
        await other.InvokeAsync("Subscribe", "overview");
        Assert.Contains("forbidden", (await other.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private async Task<bool> StandsInDatabaseAsync(string[] texts)
    {
        await using var database = new PlatformDatabase(api.ConnectionString);
        var tables = new List<string>();
        await using (var command = database.Queries.CreateCommand(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.Contains("public.journal", tables);
        foreach (var table in tables)
        {
            await using var command = database.Queries.CreateCommand(
                $"SELECT EXISTS (SELECT FROM {table} t, unnest($1) AS sought WHERE position(lower(sought) IN lower(t::text)) > 0)");
            command.Parameters.Add(new() { Value = texts });
            if (await command.ExecuteScalarAsync() is true)
            {
                return true;
            }
        }

        return false;
    }

    private static JsonObject Expiring(DateTimeOffset at) =>
        new() { ["name"] = "short", ["expiresAt"] = at.ToString("O", CultureInfo.InvariantCulture) };

    private static DateTimeOffset At(Answer answer, string field) => DateTimeOffset.Parse(answer.Text(field), CultureInfo.InvariantCulture);
}
