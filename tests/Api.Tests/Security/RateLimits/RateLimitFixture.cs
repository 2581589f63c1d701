using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Security.RateLimits;

/// <summary>
/// Three processes of one cluster with rate limits: one that trusts its proxies, one that trusts none, and one with short windows.
/// Each test uses its own forwarded address.
/// </summary>
public sealed class RateLimitFixture : IAsyncLifetime
{
    public const int PerIp = 10;
    public const int PerUser = 100;
    public const int PerRevoker = 3;
    public const int ShortQuota = 3;
    public const string AdminPassword = "the-admins-password";

    private readonly PostgresFixture _postgres = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private PlatformProcess[] _processes = [];
    private int _addresses;

    /// <summary>Trusts 127.0.0.1, where the tests are, and 10.9.0.0/16.</summary>
    public Uri Behind => _processes[0].Address;

    /// <summary>Trusts no proxy.</summary>
    public Uri Bare => _processes[1].Address;

    /// <summary>Trusts the same proxies and allows three requests in two seconds.</summary>
    public Uri Short => _processes[2].Address;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _processes = await Task.WhenAll(
            StartAsync(proxies: true, PerIp, PerUser, 60), StartAsync(proxies: false, PerIp, PerUser, 60),
            StartAsync(proxies: true, ShortQuota, ShortQuota, 2));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        await _postgres.DisposeAsync();
    }

    /// <summary>An address that no other test uses.</summary>
    public string NewAddress() => $"198.51.{Interlocked.Increment(ref _addresses)}.1";

    public async Task<Answer> SendAsync(
        Uri api, HttpMethod method, string path, JsonNode? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(api, path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.ToDictionary(
                header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>An anonymous request, forwarded for this address.</summary>
    public Task<Answer> AskAsync(string forwardedFor, Uri? api = null) =>
        SendAsync(api ?? Behind, HttpMethod.Get, "/api/v1/auth/me", headers: ("X-Forwarded-For", forwardedFor));

    public Task<Answer> LoginAsync(string address, string email, string password, string? token = null) => SendAsync(
        Behind, HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password }, token,
        ("X-Forwarded-For", address));

    /// <summary>The token of a new user.</summary>
    public async Task<string> RegisterAsync()
    {
        var address = NewAddress();
        var answer = await SendAsync(
            Behind, HttpMethod.Post, "/api/v1/auth/register",
            new JsonObject
            {
                ["email"] = $"user-{address}@example.test",
                ["password"] = "a long password",
                ["displayName"] = "A User",
                ["accountType"] = "individual",
            },
            headers: ("X-Forwarded-For", address));
        return answer.Is(201).Text("tokens", "accessToken");
    }

    private Task<PlatformProcess> StartAsync(bool proxies, int perIp, int perUser, int window)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
            ["Platform:RunMode"] = "cluster",
            ["Platform:HttpsRedirect"] = "false",
            ["Platform:WarmUp"] = "true",
            ["Platform:Cors:Origins:0"] = "https://app.example",
            ["Management:Port"] = "0",
            ["PLATFORM_ADMIN_PASSWORD"] = AdminPassword,
            ["RateLimits:PerIp"] = perIp.ToString(CultureInfo.InvariantCulture),
            ["RateLimits:PerUser"] = perUser.ToString(CultureInfo.InvariantCulture),
            ["RateLimits:PerRevoker"] = PerRevoker.ToString(CultureInfo.InvariantCulture),
            ["RateLimits:Window"] = window.ToString(CultureInfo.InvariantCulture),
        };
        if (proxies)
        {
            settings["Platform:Proxies:0"] = "127.0.0.1";
            settings["Platform:Proxies:1"] = "10.9.0.0/16";
        }

        return PlatformProcess.StartAsync("Api", settings);
    }
}
