using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Security;

/// <summary>
/// An organisation with one entity of every kind that has an id, and callers with and without permissions. Also the owner of another
/// organisation and a service account with all permissions there, neither of whom may change the first organisation.
/// </summary>
public sealed class TwoOrganisations(ApiFixture api) : IAsyncLifetime
{
    private readonly Dictionary<string, string> _ids = [];
    private Account[] _callers = [];

    public Account Owner => _callers[0];

    /// <summary>Has no role.</summary>
    public Account SubUser => _callers[1];

    public Account Viewer => _callers[2];

    /// <summary>A session of a user who had every permission and was then disabled.</summary>
    public Account Disabled => _callers[3];

    public Account Stranger => _callers[4];

    /// <summary>Two service accounts with one permission each, so that one of them always lacks the permission in question.</summary>
    public IReadOnlyDictionary<string, ServiceAccount> Limited { get; private set; } = new Dictionary<string, ServiceAccount>();

    public ServiceAccount StrangersAccount { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var owner = await api.RegisterAsync();
        _callers =
        [
            owner, await api.AddUserAsync(owner), await api.AddUserAsync(owner, "viewer"), await api.AddUserAsync(owner, "admin"),
            await api.RegisterAsync(),
        ];
        (await Disabled.GetAsync("/api/v1/auth/me")).Is(200);
        (await owner.PostAsync($"/api/v1/users/{Disabled.UserId}/disable", new JsonObject())).Is(200);
        var account = await ServiceAccount.CreateAsync(owner, "metrics:write");
        Limited = new Dictionary<string, ServiceAccount> { ["metrics:write"] = account,
            ["audit:export"] = await ServiceAccount.CreateAsync(owner, "audit:export") };
        StrangersAccount = await ServiceAccount.CreateAsync(Stranger, [.. PermissionsOf(await Stranger.GetAsync("/api/v1/auth/me"))]);

        _ids["transactions/{id}"] = (await owner.DepositAsync("5")).Is(201).Text("id");
        _ids["holds/{id}"] = (await owner.PostAsync(
            $"{owner.Wallet}/holds", new JsonObject { ["amount"] = Account.Money("1"), ["expiresIn"] = 3600, ["reason"] = "a report" }))
                .Is(201).Text("id");
        _ids["checkpoints/{id}"] = (await owner.SendAsync(HttpMethod.Post, "/api/v1/ledger/checkpoints")).Is(201).Text("id");
        (await owner.PostAsync("/api/v1/roles",
            new JsonObject { ["code"] = "ours", ["name"] = "Ours", ["permissions"] = new JsonArray("wallets:read") })).Is(201);
        var dealer = (await owner.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "Ours" })).Is(201).Text("id");
        _ids["users/{id}"] = owner.UserId;
        _ids["wallets/{id}"] = owner.WalletId;
        _ids["activities/{id}"] = (await owner.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "report-generation" })).Is(201)
            .Text("id");
        _ids["dealers/{id}"] = _ids["dealers/{dealerId}"] = dealer;
        _ids["service-accounts/{id}"] = account.Id;
        _ids["keys/{keyId}"] = account.KeyId;
        _ids["roles/{code}"] = "ours";
        _ids["sessions/{id}"] = ShortTokens.ClaimsOf(owner.Token)["sid"]!.GetValue<string>();
        _ids["identities/{id}"] = owner.UserId; // No identities exist here; the single sign-on tests cover them.
        _ids["organisations/{id}"] = owner.OrganisationId;
        _ids["activity-types/{code}"] = "report-generation";
        _ids["metrics/{metric}"] = "revenue";
        _ids["oidc/{provider}"] = "google";
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>The path with the owner's ids filled in. Throws for a new kind of id, which needs an entry above.</summary>
    public string PathOf(string path)
    {
        var segments = path.Split('/');
        return ApiDocument.Fill(path, parameter => _ids[$"{segments[Array.IndexOf(segments, $"{{{parameter}}}") - 1]}/{{{parameter}}}"]);
    }

    /// <summary>Everything that could have changed, as the owner sees it.</summary>
    public async Task<string> StateAsync()
    {
        var bodies = new List<string>();
        foreach (var path in new[]
        {
            "organisation", "users", "wallets", "dealers", "roles", "service-accounts", "activities", "activity-types", "auth/sessions",
            _ids["service-accounts/{id}"].Insert(0, "service-accounts/") + "/keys", $"users/{Owner.UserId}/roles",
            $"users/{SubUser.UserId}/roles",
        })
        {
            bodies.Add((await Owner.GetAsync($"/api/v1/{path}")).Is(200).Body);
        }

        return string.Join('\n', bodies);
    }

    private static IEnumerable<string> PermissionsOf(Answer me) =>
        me.Json["permissions"]!.AsArray().Select(permission => permission!.GetValue<string>());
}
