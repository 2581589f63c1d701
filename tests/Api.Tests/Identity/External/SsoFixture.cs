using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Tests.Identity.Ldap;
using Platform.Api.Tests.Identity.Oidc;
using Platform.Testing;

namespace Platform.Api.Tests.Identity.External;

/// <summary>The platform with a directory, an OpenID provider and a hostile provider. All are real servers on this machine.</summary>
public sealed class SsoFixture : IAsyncLifetime
{
    public const string ReturnUrl = "https://app.example.test/signed-in?from=platform";
    private const string OrganisationKey = "the-organisation-of-the-directory";

    private static int people;
    private readonly PostgresFixture _postgres = new();
    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new("Test authority");
    private readonly TestAuthority _stranger = new("Another authority");
    private PlatformProcess? _process;
    private HttpClient? _http;

    /// <summary>
    /// The organisation in which the provider's and directory's users are created. Its id derives from the registration's key.
    /// </summary>
    public static Guid OrganisationId { get; } =
        OperationId.FromKey($"{Caller.Platform:N}/register/{Guid.Empty:N}", OrganisationKey).NewId(DateTimeOffset.UnixEpoch, 1);

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Next()}");

    public string Log => _process!.Log;

    /// <summary>The letters that the platform sends.</summary>
    public MailBox Mail => new(_folder.In("mail"));

    internal Slapd Directory { get; private set; } = null!;

    /// <summary>The same directory with a certificate of an authority that the platform does not trust.</summary>
    internal Slapd Impostor { get; private set; } = null!;

    internal Relay Relay { get; private set; } = null!;

    internal OpenIdProvider Provider { get; private set; } = null!;

    internal HostileProvider Hostile { get; private set; } = null!;

    public string AuthorityFile => _folder.In("ca.pem");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(AuthorityFile, _authority.Pem);
        await _postgres.InitializeAsync();
        Directory = await Slapd.StartAsync(_authority);
        Impostor = await Slapd.StartAsync(_stranger);
        Relay = new Relay(Directory.Port);
        Provider = await OpenIdProvider.StartAsync(Address.ToString().TrimEnd('/'));
        Hostile = await HostileProvider.StartAsync();
        _process = await PlatformProcess.StartAsync("Api", Settings(), TimeSpan.FromMinutes(3), Address);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
        var owner = (await PostAsync("/api/v1/auth/register", Registration("owner@example.test"), key: OrganisationKey)).Is(201);
        Assert.Equal(OrganisationId.ToString(), owner.Text("organisation", "id"));
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        foreach (var server in new IAsyncDisposable?[] { _process, Hostile, Provider, Relay, Impostor, Directory })
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        await _postgres.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    /// <summary>Returns a new address, unknown to the platform and the providers.</summary>
    public static string NewPerson(string domain = "example.test") => $"person{Interlocked.Increment(ref people)}@{domain}";

    public Task<Answer> PostAsync(string path, JsonObject body, string? token = null, string? key = null) =>
        SendAsync(HttpMethod.Post, path, body, token, key);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, JsonObject? body = null, string? token = null, string? key = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await _http!.SendAsync(request);
        return new Answer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Registers an account with this address. Returns its token.</summary>
    public async Task<string> RegisterAsync(string email) =>
        (await PostAsync("/api/v1/auth/register", Registration(email))).Is(201).Text("tokens", "accessToken");

    public async Task<Answer> MeAsync(string token) => (await SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: token)).Is(200);

    private static JsonObject Registration(string email) => new()
    {
        ["email"] = email,
        ["password"] = "a long password",
        ["displayName"] = "Some One",
        ["accountType"] = "enterprise",
    };

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
            ["Platform:RunMode"] = "single",
            ["Platform:Data"] = _folder.In("data"),
            ["Platform:HttpsRedirect"] = "false",
            ["Platform:Proxies:0"] = "127.0.0.1",
            ["Mail:Folder"] = _folder.In("mail"),
            ["Management:Port"] = "0",
            ["Audit:PerSource"] = "1000", // All tests share one source address.
            ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
            ["Auth:PublicUrl"] = Address.ToString(),
            ["Auth:Ldap:Url"] = $"ldaps://127.0.0.1:{Relay.Port}",
            ["Auth:Ldap:Issuer"] = "ldaps://directory.test",
            ["Auth:Ldap:CaCertificate"] = AuthorityFile,
            ["Auth:Ldap:BindDn"] = Slapd.Service,
            ["Auth:Ldap:BindPassword"] = Slapd.ServicePassword,
            ["Auth:Ldap:SearchBase"] = Slapd.SearchBase,
            ["Auth:Ldap:GroupSearchBase"] = Slapd.GroupBase,
            ["Auth:Ldap:GroupMap:0:From"] = "CN=managers, OU=groups, DC=example, DC=test",
            ["Auth:Ldap:GroupMap:0:Role"] = "manager",
            ["Auth:Ldap:OrganisationId"] = OrganisationId.ToString(),
            ["Auth:Ldap:Timeout"] = "00:00:03",
            ["Auth:Ldap:MaxConcurrent"] = "4",
        };
        foreach (var name in (string[])["rsa", "ec", "closed"])
        {
            Add(name, "Authority", Provider.Issuer.ToString().TrimEnd('/'));
            Add(name, "ClientId", $"client-of-{name}");
            Add(name, "ClientSecret", $"secret of {name}: with colon & percent %");
            Add(name, "OrganisationId", OrganisationId.ToString());
            Add(name, "Provision", name == "closed" ? "false" : "true");
            Add(name, "AllowedReturnUrls:0", ReturnUrl);
            Add(name, "RoleMap:0:From", "admins");
            Add(name, "RoleMap:0:Role", "admin");
        }

        Add("ec", "AllowedEmailDomains:0", "example.test");
        foreach (var name in (string[])["hostile", "impostor"])
        {
            Add(name, "Authority", name == "hostile" ? Hostile.Issuer : $"{Hostile.Issuer}/impostor");
            Add(name, "ClientId", HostileProvider.ClientId);
        }

        return settings;

        void Add(string provider, string setting, string value) => settings[$"Auth:Oidc:{provider}:{setting}"] = value;
    }
}

[CollectionDefinition(Name)]
public sealed class SsoCollection : ICollectionFixture<SsoFixture>
{
    public const string Name = "single sign-on";
}
