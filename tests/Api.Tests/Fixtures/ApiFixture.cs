using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Fixtures;

/// <summary>The whole platform as one process with its own database, used only over HTTP.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    /// <summary>The address that links in e-mails point to.</summary>
    public const string PublicUrl = "https://app.example/platform";

    private readonly PostgresFixture _postgres = new();
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _mail = Directory.CreateTempSubdirectory("platform-mail").FullName;
    private PlatformProcess? _process;
    private int _accounts;

    public ApiFixture() => _settings = new Dictionary<string, string>();

    private ApiFixture(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    /// <summary>Creates a fixture with more settings, for a class of tests.</summary>
    public static ApiFixture With(IReadOnlyDictionary<string, string> settings) => new(settings);

    public HttpClient Http { get; private set; } = new();

    public Uri Address => _process!.Address;

    public string Log => _process!.Log;

    public string ConnectionString => _postgres.ConnectionString;

    /// <summary>The e-mails that the platform sends.</summary>
    public MailBox Mail => new(_mail);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await StartAsync(_settings);
    }

    /// <summary>Restarts on the same database in a new process, with more settings.</summary>
    public async Task RestartAsync(IReadOnlyDictionary<string, string> more)
    {
        Http.Dispose();
        await _process!.DisposeAsync();
        await StartAsync(more);
    }

    private async Task StartAsync(IReadOnlyDictionary<string, string> more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
            ["Platform:RunMode"] = "single",
            ["Platform:HttpsRedirect"] = "false",
            ["Platform:WarmUp"] = "true", // As in production.
            ["Platform:Cors:Origins:0"] = "https://app.example",
            ["Management:Port"] = "0",
            ["Audit:PerSource"] = "1000", // All tests count as one source.
            ["Mail:Folder"] = _mail,
            ["Auth:PublicUrl"] = $"{PublicUrl}/",
            ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
        };
        _process = await PlatformProcess.StartAsync(
            "Api", settings.Concat(more).GroupBy(setting => setting.Key).ToDictionary(same => same.Key, same => same.Last().Value));
        var handler = new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        Http = new HttpClient(handler) { BaseAddress = _process.Address };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _postgres.DisposeAsync();
        Directory.Delete(_mail, recursive: true);
    }

    /// <summary>Registers a new organisation with its user, wallet and token.</summary>
    public async Task<Account> RegisterAsync(string currency = "USD", string accountType = "enterprise")
    {
        var email = $"user{Interlocked.Increment(ref _accounts)}@example.test";
        const string Password = "a long password";
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/auth/register", new JsonObject
        {
            ["email"] = email,
            ["password"] = Password,
            ["displayName"] = "A User",
            ["accountType"] = accountType,
            ["currency"] = currency,
        });
        Assert.Equal(201, answer.Status);
        return new Account(
            this, email, Password, answer.Text("tokens", "accessToken"), answer.Text("organisation", "id"), answer.Text("user", "id"),
            answer.Text("wallet", "id"))
        {
            RefreshToken = answer.Text("tokens", "refreshToken"),
        };
    }

    /// <summary>Adds a sub-user with these roles and signs them in.</summary>
    public async Task<Account> AddUserAsync(Account parent, params string[] roles)
    {
        var email = $"user{Interlocked.Increment(ref _accounts)}@example.test";
        const string Password = "another long password";
        var added = (await parent.PostAsync("/api/v1/users", new JsonObject
        {
            ["email"] = email,
            ["displayName"] = "A Sub-user",
            ["password"] = Password,
            ["roles"] = new JsonArray([.. roles.Select(role => new JsonObject { ["role"] = role })]),
        })).Is(201);
        return await SignInAsync(email, Password)
            with { WalletId = added.Text("walletId"), UserId = added.Text("id"), OrganisationId = parent.OrganisationId };
    }

    public async Task<Account> SignInAsync(string email, string password)
    {
        var answer = (await LoginAsync(email, password)).Is(200);
        var refreshToken = answer.Text("tokens", "refreshToken");
        return new Account(this, email, password, answer.Text("tokens", "accessToken"), "", "", "") { RefreshToken = refreshToken };
    }

    /// <summary>Signs in as the super admin that the first start created.</summary>
    public async Task<Account> SuperAdminAsync()
    {
        var signedIn = await SignInAsync("admin@platform.local", "the-admins-password");
        var me = (await signedIn.GetAsync("/api/v1/auth/me")).Is(200);
        var (organisation, user, wallet) = (me.Text("organisation", "id"), me.Text("user", "id"), me.Text("user", "walletId"));
        return signedIn with { OrganisationId = organisation, UserId = user, WalletId = wallet };
    }

    public Task<Answer> LoginAsync(string email, string password) =>
        SendAsync(HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password });

    public Task<Answer> RefreshAsync(string token) =>
        SendAsync(HttpMethod.Post, "/api/v1/auth/refresh", new JsonObject { ["refreshToken"] = token });

    public Task<Answer> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, string? token = null, string? key = null,
        params (string Name, string Value)[] headers) =>
        SendRawAsync(method, path, body?.ToJsonString(), token, key, "application/json", headers);

    public async Task<Answer> SendRawAsync(
        HttpMethod method, string path, string? body, string? token, string? key, string contentType,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            (int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>All tests share one process; each uses its own organisations.</summary>
[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiFixture>
{
    public const string Name = "api";
}

/// <summary>The answer of the server.</summary>
public sealed record Answer(int Status, string Body, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Text(params string[] path) => path.Aggregate(Json, (node, name) => node[name]!).GetValue<string>();

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Asserts a complete problem with this status and, if given, code and pointer of the first error.</summary>
    public Answer IsProblem(int status, string? code = null, string? pointer = null)
    {
        Assert.True(status == Status, $"Expected {status}, got {Status}: {Body}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(status, Json["status"]!.GetValue<int>());
        Assert.Matches("^[a-z][a-z0-9-]*$", Text("code"));
        Assert.Matches("^[0-9a-f]{32}$", Text("traceId"));
        Assert.NotEmpty(Text("title"));
        Assert.NotEmpty(Text("type"));
        Assert.NotEmpty(Text("detail"));
        if (code is not null)
        {
            Assert.Equal(code, Text("code"));
        }

        if (pointer is not null)
        {
            Assert.Equal(pointer, Json["errors"]![0]!["pointer"]!.GetValue<string>());
        }

        return this;
    }

    public Answer Is(int status)
    {
        Assert.True(status == Status, $"Expected {status}, got {Status}: {Body}");
        return this;
    }
}

/// <summary>A signed-in user and their wallet.</summary>
public sealed record Account(
    ApiFixture Api, string Email, string Password, string Token, string OrganisationId, string UserId, string WalletId)
{
    private static int keys;

    public string RefreshToken { get; init; } = "";

    public string Wallet => $"/api/v1/wallets/{WalletId}";

    public static string NewKey() => $"key-{Interlocked.Increment(ref keys)}";

    public Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body = null) => Api.SendAsync(method, path, body, Token);

    public Task<Answer> GetAsync(string path) => Api.SendAsync(HttpMethod.Get, path, token: Token);

    public Task<Answer> PostAsync(string path, JsonNode body, string? key = null) =>
        Api.SendAsync(HttpMethod.Post, path, body, Token, key ?? NewKey());

    public Task<Answer> DepositAsync(string amount, string? key = null) =>
        PostAsync($"{Wallet}/deposits", new JsonObject { ["amount"] = Money(amount), ["reference"] = "bank" }, key);

    public Task<Answer> ChargeAsync(string amount, string? key = null, string reason = "a report") =>
        PostAsync($"{Wallet}/charges", new JsonObject { ["amount"] = Money(amount), ["reason"] = reason }, key);

    public async Task<string> BalanceAsync() => (await GetAsync(Wallet)).Is(200).Text("balance", "amount");

    public async Task<IReadOnlyList<JsonNode>> HistoryAsync() =>
        [.. (await GetAsync($"{Wallet}/transactions?limit=200")).Is(200).Json["items"]!.AsArray().Select(item => item!)];

    public static JsonObject Money(string amount, string currency = "USD") => new() { ["amount"] = amount, ["currency"] = currency };
}
