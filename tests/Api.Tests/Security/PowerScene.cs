using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Security;

/// <summary>
/// An organisation for tests of power: its owner, an administrator, a delegate who may grant roles but has few permissions, the same at a
/// dealer, and a service account with every permission. Returned sessions are always fresh.
/// </summary>
public sealed class PowerScene(ApiFixture api) : IAsyncLifetime
{
    /// <summary>The permissions of the delegate's role: all that give power, none that move money.</summary>
    private static readonly string[] OfDelegates =
    [
        "access:grant", "dealers:read", "dealers:write", "roles:read", "roles:write", "service-accounts:read", "service-accounts:write",
        "users:disable",
        "users:read", "users:write",
    ];

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);
    private static int names;

    private readonly Dictionary<string, (Account Account, long Since)> _sessions = [];
    private Account _owner = null!;
    private Account _admin = null!;
    private Account _delegate = null!;
    private Account _northern = null!;

    public ApiFixture Api => api;

    /// <summary>A service account with every permission that a scope can have.</summary>
    public ServiceAccount Machine { get; private set; } = null!;

    public string North { get; private set; } = "";

    public string South { get; private set; } = "";

    public static string NewName(string what) => $"{what}-{Interlocked.Increment(ref names)}";

    public async Task InitializeAsync()
    {
        _owner = await api.RegisterAsync();
        var all = (await _owner.GetAsync("/api/v1/auth/me")).Is(200).Json["permissions"]!.AsArray()
            .Select(permission => permission!.GetValue<string>());
        Machine = await ServiceAccount.CreateAsync(_owner, [.. all]);
        (await _owner.PostAsync("/api/v1/roles", new JsonObject
        {
            ["code"] = "delegate", ["name"] = "Delegate", ["permissions"] = new JsonArray([.. OfDelegates.Select(code => (JsonNode)code)]),
        })).Is(201);
        North = (await _owner.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "North" })).Is(201).Text("id");
        South = (await _owner.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "South" })).Is(201).Text("id");
        (_admin, _delegate, _northern) =
            (await api.AddUserAsync(_owner, "admin"), await api.AddUserAsync(_owner, "delegate"), await api.AddUserAsync(_owner));
        (await _owner.PostAsync($"/api/v1/users/{_northern.UserId}/dealers", RoleAt("delegate", North))).Is(200);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public Task<Account> OwnerAsync() => FreshAsync(_owner);

    public Task<Account> AdminAsync() => FreshAsync(_admin);

    public Task<Account> DelegateAsync() => FreshAsync(_delegate);

    public Task<Account> NorthernAsync() => FreshAsync(_northern);

    public async Task<Account> SuperAdminAsync() =>
        _sessions.TryGetValue("", out var known) && IsFresh(known.Since) ? known.Account : Keep("", await api.SuperAdminAsync());

    /// <summary>The same session, with a sign-in that is six minutes old.</summary>
    public async Task<Account> StaleAsync(Account account) =>
        account with { Token = await ShortTokens.SignAsync(api, account, TimeSpan.FromMinutes(9), since: TimeSpan.FromMinutes(6)) };

    public async Task<Account> UserAsync(params string[] roles) => await api.AddUserAsync(await OwnerAsync(), roles);

    public async Task<Account> UserAtNorthAsync(string role)
    {
        var user = await UserAsync();
        (await (await OwnerAsync()).PostAsync($"/api/v1/users/{user.UserId}/dealers", RoleAt(role, North))).Is(200);
        return user;
    }

    public async Task<string> DealerAsync(string? parent = null) =>
        (await (await OwnerAsync()).PostAsync("/api/v1/dealers", new JsonObject { ["name"] = NewName("Dealer"), ["parentId"] = parent }))
            .Is(201).Text("id");

    public async Task<string> RoleAsync(string permission)
    {
        var code = NewName("role");
        (await (await OwnerAsync()).PostAsync("/api/v1/roles", Role(code, permission))).Is(201);
        return code;
    }

    public async Task<ServiceAccount> AccountAsync(string permission) => await ServiceAccount.CreateAsync(await OwnerAsync(), permission);

    public async Task<Account> DisabledAsync(params string[] roles)
    {
        var user = await UserAsync(roles);
        (await (await OwnerAsync()).PostAsync($"/api/v1/users/{user.UserId}/disable", new JsonObject())).Is(200);
        return user;
    }

    public static JsonObject Role(string code, string permission) =>
        new() { ["code"] = code, ["name"] = code, ["permissions"] = new JsonArray(permission) };

    public static JsonObject RoleAt(string role, string dealer) => new() { ["role"] = role, ["dealerId"] = dealer };

    public static JsonObject Roles(params string[] roles) =>
        new() { ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)new JsonObject { ["role"] = role })]) };

    private async Task<Account> FreshAsync(Account account)
    {
        if (_sessions.TryGetValue(account.UserId, out var known) && IsFresh(known.Since))
        {
            return known.Account;
        }

        var signedIn = await api.SignInAsync(account.Email, account.Password);
        return Keep(account.UserId, account with { Token = signedIn.Token, RefreshToken = signedIn.RefreshToken });
    }

    private Account Keep(string who, Account account)
    {
        _sessions[who] = (account, TimeProvider.System.GetTimestamp());
        return account;
    }

    private static bool IsFresh(long since) => TimeProvider.System.GetElapsedTime(since) < Fresh;
}
