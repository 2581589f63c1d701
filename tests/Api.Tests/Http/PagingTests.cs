using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Http;

/// <summary>Paging, filters and entity tags.</summary>
[Collection(ApiCollection.Name)]
public sealed class PagingTests(ApiFixture api)
{
    [Fact]
    public async Task Pages_show_every_existing_item_exactly_once_during_writes()
    {
        var account = await api.RegisterAsync();
        for (var i = 0; i < 25; i++)
        {
            (await account.DepositAsync("1")).Is(201);
        }

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await account.GetAsync($"{account.Wallet}/transactions?limit=4{(cursor is null ? "" : $"&cursor={cursor}")}"))
                .Is(200);
            seen.AddRange(page.Json["items"]!.AsArray().Select(item => item!["sequence"]!.GetValue<long>()));
            cursor = page.Json["nextCursor"]?.GetValue<string>();
            (await account.DepositAsync("1")).Is(201);
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(1, 25).Select(i => (long)i).Reverse(), seen);
    }

    [Fact]
    public async Task Activities_are_paged_newest_first()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var body = new JsonObject { ["type"] = i % 2 == 0 ? "report-generation" : "form-download" };
            made.Add((await account.PostAsync("/api/v1/activities", body)).Is(201).Text("id"));
        }

        made.Reverse();
        var first = (await account.GetAsync("/api/v1/activities?limit=5")).Is(200);
        var second = (await account.GetAsync($"/api/v1/activities?limit=5&cursor={first.Text("nextCursor")}")).Is(200);
        var items = first.Json["items"]!.AsArray().Concat(second.Json["items"]!.AsArray());
        Assert.Equal(made, items.Select(item => item!["id"]!.GetValue<string>()));
        Assert.Null(second.Json["nextCursor"]);
        Assert.Equal(3, (await account.GetAsync("/api/v1/activities?type=form-download")).Is(200).Json["items"]!.AsArray().Count);
        Assert.Empty((await account.GetAsync("/api/v1/activities?status=declined")).Is(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task A_cursor_of_another_list_or_an_altered_one_is_refused()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("1")).Is(201);
        (await account.DepositAsync("1")).Is(201);
        var cursor = (await account.GetAsync($"{account.Wallet}/transactions?limit=1")).Is(200).Text("nextCursor");
        var altered = cursor[..^2] + (cursor[^2] == 'A' ? 'B' : 'A') + cursor[^1];
        (await account.GetAsync($"{account.Wallet}/transactions?cursor={altered}")).IsProblem(400, "invalid-cursor");
        (await account.GetAsync($"/api/v1/wallets?cursor={cursor}")).IsProblem(400, "invalid-cursor");
        (await account.GetAsync($"/api/v1/activities?cursor={cursor}")).IsProblem(400, "invalid-cursor");
        var other = await api.RegisterAsync();
        (await other.GetAsync($"{other.Wallet}/transactions?cursor={cursor}")).IsProblem(400, "invalid-cursor");
    }

    [Theory]
    [InlineData("type=charge", 1)]
    [InlineData("type=deposit", 2)]
    [InlineData("reference=bank", 2)]
    [InlineData("reference=other", 0)]
    [InlineData("min=10", 2)]
    [InlineData("max=9.99", 1)]
    [InlineData("min=10&max=10", 1)]
    [InlineData("from=2020-01-01T00:00:00Z", 3)]
    [InlineData("to=2020-01-01T00:00:00Z", 0)]
    public async Task Transactions_are_filtered(string filter, int expected)
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("10")).Is(201);
        (await account.DepositAsync("20")).Is(201);
        (await account.ChargeAsync("5")).Is(201);
        Assert.Equal(expected, (await account.GetAsync($"{account.Wallet}/transactions?{filter}")).Is(200).Json["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("type=gift")]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-01-01T00:00:00")]
    [InlineData("min=1.001")]
    [InlineData("min=abc")]
    [InlineData("reference=")]
    public async Task A_bad_filter_is_400(string filter)
    {
        var account = await api.RegisterAsync();
        (await account.GetAsync($"{account.Wallet}/transactions?{filter}")).IsProblem(400, "invalid-parameter");
    }

    [Fact]
    public async Task A_change_with_an_old_entity_tag_is_412()
    {
        var account = await api.RegisterAsync();
        var tag = (await account.GetAsync("/api/v1/organisation")).Is(200).Header("ETag")!;
        Assert.Equal("\"1\"", tag);
        Assert.Equal("\"2\"", (await PatchAsync(account, "First", tag)).Is(200).Header("ETag"));
        (await PatchAsync(account, "Second", tag)).IsProblem(412, "version-mismatch");
        (await PatchAsync(account, "Third", "*")).Is(200);
        foreach (var bad in new[] { "1", "\"x\"", "W/\"1\"", "\"1\", \"2\"", "\"-1\"", "\"" })
        {
            (await PatchAsync(account, "Fourth", bad)).IsProblem(400, "invalid-if-match");
        }

        Assert.Equal("Third", (await account.GetAsync("/api/v1/organisation")).Text("name"));
    }

    [Fact]
    public async Task Entities_carry_their_version_as_entity_tag()
    {
        var account = await api.RegisterAsync();
        foreach (var path in new[] { account.Wallet, $"/api/v1/users/{account.UserId}", "/api/v1/organisation" })
        {
            var answer = (await account.GetAsync(path)).Is(200);
            Assert.Equal($"\"{answer.Json["version"]!.GetValue<long>()}\"", answer.Header("ETag"));
        }
    }

    private Task<Answer> PatchAsync(Account account, string name, string tag) =>
        api.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = name }, account.Token, null, ("If-Match", tag));
}
