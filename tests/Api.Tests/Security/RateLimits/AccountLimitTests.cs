using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Security.RateLimits;

/// <summary>How often an account's password may be tried, from any address. The tests set their address as a trusted proxy.</summary>
public sealed class AccountLimitTests(AccountLimitFixture api) : IClassFixture<AccountLimitFixture>
{
    [Fact]
    public async Task V6_3_1_Guesses_at_one_account_from_many_addresses_end_with_429_over_all_processes()
    {
        var owner = await api.RegisterAsync();
        for (var i = 0; i < AccountLimitFixture.PerAccount; i++)
        {
            (await api.LoginAsync(owner.Email, $"a wrong password {i}", process: i)).IsProblem(401, "invalid-credentials");
        }

        foreach (var (email, process) in new[] { (owner.Email, 0), (owner.Email, 1), ($" {owner.Email.ToUpperInvariant()} ", 0) })
        {
            IsRefused(await api.LoginAsync(email, owner.Password, process: process));
        }

        var other = await api.RegisterAsync();
        (await api.LoginAsync(other.Email, other.Password)).Is(200);
    }

    [Fact]
    public async Task V6_3_8_An_unknown_address_is_refused_as_a_known_one()
    {
        var (known, unknown) =
            ((await api.RegisterAsync()).Email, $"nobody-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}@example.test");
        for (var i = 0; i < AccountLimitFixture.PerAccount; i++)
        {
            (await api.LoginAsync(known, "a wrong password")).IsProblem(401, "invalid-credentials");
            (await api.LoginAsync(unknown, "a wrong password")).IsProblem(401, "invalid-credentials");
        }

        var (one, other) = (await api.LoginAsync(known, "a wrong password"), await api.LoginAsync(unknown, "a wrong password"));
        IsRefused(one);
        IsRefused(other);
        Assert.Equal(one.Json.AsObject().Select(member => member.Key), other.Json.AsObject().Select(member => member.Key));
        Assert.Equal(one.Headers.Keys.Order(StringComparer.Ordinal), other.Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task V6_3_1_A_stranger_who_uses_up_the_attempts_does_not_lock_out_an_owner_who_is_signed_in()
    {
        var owner = await api.RegisterAsync();
        for (var i = 0; i < AccountLimitFixture.PerAccount; i++)
        {
            (await api.LoginAsync(owner.Email, "a wrong password")).IsProblem(401);
        }

        IsRefused(await api.LoginAsync(owner.Email, owner.Password));
        (await api.LoginAsync(owner.Email, owner.Password, owner.Address)).Is(200);
        (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", null, owner.Address, owner.Token)).Is(200);

        // Attempts from there are counted too.
        for (var i = 1; i < AccountLimitFixture.PerAccount; i++)
        {
            (await api.LoginAsync(owner.Email, "a wrong password", owner.Address)).IsProblem(401);
        }

        IsRefused(await api.LoginAsync(owner.Email, owner.Password, owner.Address));
    }

    [Fact]
    public async Task V6_3_1_A_stolen_token_gives_no_more_guesses_and_they_are_logged()
    {
        var owner = await api.RegisterAsync();
        for (var i = 0; i < AccountLimitFixture.PerAccount; i++)
        {
            (await GuessAsync("step-up", new JsonObject { ["password"] = "a wrong password" })).IsProblem(400, "wrong-password");
        }

        IsRefused(await GuessAsync("step-up", new JsonObject { ["password"] = owner.Password }));
        IsRefused(await GuessAsync(
            "password/change", new JsonObject { ["currentPassword"] = owner.Password, ["newPassword"] = "yet another long one" }));
        IsRefused(await GuessAsync("email/change", new JsonObject { ["password"] = owner.Password, ["newEmail"] = "other@example.test" }));
        (await api.LoginAsync(owner.Email, owner.Password)).Is(200);
        foreach (var code in new[] { "wrong-password", "rate-limited" })
        {
            await Eventually.HoldsAsync(
                async () => (await CodesAsync("user.prove-password")).Contains(code), TimeSpan.FromSeconds(30), $"{code} is in the log");
        }

        Task<Answer> GuessAsync(string path, JsonObject body) =>
            api.SendAsync(HttpMethod.Post, $"/api/v1/auth/{path}", body, owner.Address, owner.Token);

        async Task<IEnumerable<string?>> CodesAsync(string action) =>
            (await api.SendAsync(HttpMethod.Get, $"/api/v1/audit-log?action={action}", null, owner.Address, owner.Token)).Is(200)
            .Json["items"]!.AsArray().Select(item => item!["code"]?.GetValue<string>()).ToList();
    }

    [Fact]
    public async Task ASVS_16_3_1_refused_attempts_are_in_the_log_of_the_account()
    {
        var owner = await api.RegisterAsync();
        for (var i = 0; i <= AccountLimitFixture.PerAccount; i++)
        {
            await api.LoginAsync(owner.Email, "a wrong password");
        }

        await Eventually.HoldsAsync(
            async () => (await api.SendAsync(
                HttpMethod.Get, "/api/v1/audit-log?action=user.sign-in&outcome=refused", null, owner.Address, owner.Token)).Is(200)
                .Json["items"]!.AsArray().Any(item => item!["code"]!.GetValue<string>() == "rate-limited"),
            TimeSpan.FromSeconds(30), "the refusal is in the log");
    }

    private static void IsRefused(Answer answer)
    {
        answer.IsProblem(429, "rate-limited");
        Assert.Equal("account", Assert.Single(answer.Json["violated-policies"]!.AsArray())!.GetValue<string>());
        Assert.Equal("\"account\";q=5;w=300", answer.Header("RateLimit-Policy"));
        Assert.Matches("^\"account\";r=0;t=[0-9]+$", answer.Header("RateLimit"));
        Assert.InRange(int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 300);
    }
}

/// <summary>Two processes of one cluster that only limit attempts per account.</summary>
public sealed class AccountLimitFixture : IAsyncLifetime
{
    public const int PerAccount = 5;

    private readonly PostgresFixture _postgres = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private PlatformProcess[] _processes = [];
    private int _addresses;

    public sealed record Owner(string Email, string Password, string Address, string Token);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _processes = await Task.WhenAll(StartAsync(), StartAsync());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        await _postgres.DisposeAsync();
    }

    public string NewAddress() => $"198.51.{Interlocked.Increment(ref _addresses)}.1";

    public async Task<Owner> RegisterAsync()
    {
        var address = NewAddress();
        var (email, password) = ($"owner-{address}@example.test", "a long password");
        var body = new JsonObject { ["email"] = email, ["password"] = password, ["displayName"] = "An Owner",
            ["accountType"] = "enterprise" };
        return new Owner(email, password, address,
            (await SendAsync(HttpMethod.Post, "/api/v1/auth/register", body, address)).Is(201).Text("tokens", "accessToken"));
    }

    /// <summary>Signs in from a new address, unless one is given.</summary>
    public Task<Answer> LoginAsync(string email, string password, string? address = null, int process = 0) => SendAsync(
        HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password }, address
            ?? NewAddress(), process: process);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, JsonNode? body, string address, string? token = null, int process = 0)
    {
        using var request = new HttpRequestMessage(method, new Uri(_processes[process % _processes.Length].Address, path));
        request.Headers.Add("X-Forwarded-For", address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.ToDictionary(
                header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    private Task<PlatformProcess> StartAsync() => PlatformProcess.StartAsync("Api", new Dictionary<string, string>
    {
        ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
        ["Platform:RunMode"] = "cluster",
        ["Platform:HttpsRedirect"] = "false",
        ["Platform:Proxies:0"] = "127.0.0.1",
        ["Management:Port"] = "0",
        ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
        ["RateLimits:PerAccount"] = $"{PerAccount}",
    });
}
