using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Faults;

/// <summary>A client of one organisation, with the same token at every API of the cluster.</summary>
internal sealed class Tenant : IDisposable
{
    /// <summary>The maximum time for an answer: an API retries lost calls for 5 s, and the last may wait for 10 s.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(16);

    private readonly HttpClient _http =
        new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3) }) { Timeout = RequestTimeout };
    private readonly IReadOnlyList<Uri> _apis;

    private Tenant(IReadOnlyList<Uri> apis) => _apis = apis;

    public string? Token { get; private init; }

    /// <summary>Known of one that was registered here.</summary>
    public Guid Organisation { get; private init; }

    public int Apis => _apis.Count;

    public static async Task<Tenant> RegisterAsync(IReadOnlyList<Uri> apis)
    {
        using var nobody = new Tenant(apis);
        var registered = await nobody.PostAsync("auth/register", new JsonObject
        {
            ["email"] = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}@example.test",
            ["password"] = "a long password",
            ["displayName"] = "A User",
            ["accountType"] = "enterprise",
        });
        Assert.Equal(201, registered.Status);
        return new Tenant(apis)
        {
            Token = registered.Json["tokens"]!["accessToken"]!.GetValue<string>(),
            Organisation = registered.Json["organisation"]!["id"]!.GetValue<Guid>(),
        };
    }

    /// <summary>A client with this token or key.</summary>
    public static Tenant With(IReadOnlyList<Uri> apis, string token) => new(apis) { Token = token };

    public static async Task<Tenant> SignInAsync(IReadOnlyList<Uri> apis, string email, string password)
    {
        using var nobody = new Tenant(apis);
        var answer = await nobody.PostAsync("auth/login", new JsonObject { ["email"] = email, ["password"] = password });
        Assert.Equal(200, answer.Status);
        return With(apis, answer.Json["tokens"]!["accessToken"]!.GetValue<string>());
    }

    /// <summary>Opens a wallet with this many cents.</summary>
    public async Task<string> OpenWalletAsync(long cents)
    {
        var opened = await PostAsync("wallets", new JsonObject(), NewKey());
        Assert.Equal(201, opened.Status);
        var id = opened.Json["id"]!.GetValue<string>();
        await DepositAsync(id, cents);
        return id;
    }

    public async Task DepositAsync(string wallet, long cents)
    {
        var deposited = await PostAsync(
            $"wallets/{wallet}/deposits", new JsonObject { ["amount"] = Money(cents), ["reference"] = "bank" }, NewKey());
        Assert.True(deposited.Status == 201, deposited.Body);
    }

    public async Task<long> BalanceAsync(string wallet) => Cents((await GetAsync($"wallets/{wallet}")).Json["balance"]!);

    public Task<HttpAnswer> ChargeAsync(string wallet, long cents, string key, int api = 0) =>
        PostAsync($"wallets/{wallet}/charges", new JsonObject { ["amount"] = Money(cents), ["reason"] = "load" }, key, api);

    public Task<HttpAnswer> GetAsync(string path, int api = 0) => SendAsync(HttpMethod.Get, path, null, null, api);

    /// <summary>All transactions of a wallet, page by page.</summary>
    public async Task<IReadOnlyList<JsonNode>> TransactionsAsync(string wallet)
    {
        var items = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(
                $"wallets/{wallet}/transactions?limit=200" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));
            Assert.True(page.Status == 200, page.Body);
            items.AddRange(page.Json["items"]!.AsArray().Select(item => item!));
            cursor = page.Json["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        return items;
    }

    public static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    public static long Cents(JsonNode money) =>
        (long)(decimal.Parse(money["amount"]!.GetValue<string>(), CultureInfo.InvariantCulture) * 100);

    public void Dispose() => _http.Dispose();

    public Task<HttpAnswer> PostAsync(string path, JsonNode body, string? key = null, int api = 0) =>
        SendAsync(HttpMethod.Post, path, body.ToJsonString(), key, api);

    public async Task<HttpAnswer> SendAsync(HttpMethod method, string path, string? body, string? key, int api)
    {
        using var request = new HttpRequestMessage(method, new Uri(_apis[api], "/api/v1/" + path));
        request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        var began = TimeProvider.System.GetTimestamp();
        using var response = await _http.SendAsync(request);
        return new HttpAnswer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.RetryAfter is not null, response.Headers.Contains("Idempotency-Replayed"),
            TimeProvider.System.GetElapsedTime(began));
    }

    public static JsonObject Money(long cents) =>
        new() { ["amount"] = (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture), ["currency"] = "USD" };
}

/// <summary>An answer, and how long it took.</summary>
internal sealed record HttpAnswer(int Status, string Body, string? MediaType, bool HasRetryAfter, bool Replayed, TimeSpan Took)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string? Code => MediaType == "application/problem+json" ? Json["code"]?.GetValue<string>() : null;

    public bool IsAccepted => Status is 200 or 201;

    /// <summary>Whether the outcome is open: a complete 503 problem with Retry-After.</summary>
    public bool IsUnavailable => Status == 503 && Code is not null && HasRetryAfter;
}
