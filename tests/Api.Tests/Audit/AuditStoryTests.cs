using System.Text.Json.Nodes;
using Platform.Identity;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>The audit log of an organisation through a whole story of changes.</summary>
[Collection(ApiCollection.Name)]
public sealed class AuditStoryTests(ApiFixture api)
{
    private const string Log = "/api/v1/audit-log";
    private readonly List<(string Trace, string Action, string? ActorId, string? EntityId, string? Code)> _expected = [];
    private int _steps;

    [Fact]
    public async Task ASVS_16_2_1_each_step_is_logged_with_who_where_and_trace_and_no_secret()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner, "viewer");
        var (path, you) = ($"/api/v1/users/{user.UserId}", owner.UserId);

        // Roles and dealers.
        await LogsAsync(owner, HttpMethod.Post, "/api/v1/roles", Role("teller", "wallets:read"), you, ("role.created", null));
        var wider = new JsonObject { ["permissions"] = new JsonArray("wallets:read", "wallets:charge") };
        await LogsAsync(owner, HttpMethod.Patch, "/api/v1/roles/teller", wider, you, ("role.changed", null));
        await LogsAsync(owner, HttpMethod.Put, $"{path}/roles", Grants("teller"), you, ("role.granted", user.UserId),
            ("role.revoked", user.UserId));
        var north = (await LogsAsync(
            owner, HttpMethod.Post, "/api/v1/dealers", new JsonObject { ["name"] = "North" }, you, ("dealer.created", null))).Text("id");
        var south = (await LogsAsync(
            owner, HttpMethod.Post, "/api/v1/dealers", new JsonObject { ["name"] = "South" }, you, ("dealer.created", null))).Text("id");
        await LogsAsync(owner, HttpMethod.Post, $"/api/v1/dealers/{south}/move", new JsonObject { ["parentId"] = north }, you,
            ("dealer.moved", south));
        await LogsAsync(owner, HttpMethod.Post, $"/api/v1/dealers/{south}/disable", null, you, ("dealer.disabled", south));
        await LogsAsync(owner, HttpMethod.Post, $"/api/v1/dealers/{south}/enable", null, you, ("dealer.enabled", south));
        await LogsAsync(owner, HttpMethod.Delete, "/api/v1/roles/teller", null, you, ("role.deleted", null));

        // A service account is the actor of its own actions.
        var sync = new JsonObject { ["name"] = "sync", ["permissions"] = new JsonArray("dealers:read", "dealers:write") };
        var created = await LogsAsync(owner, HttpMethod.Post, "/api/v1/service-accounts", sync, you, ("service-account.created", null));
        var account = created.Text("id");
        var added = await LogsAsync(
            owner, HttpMethod.Post, $"/api/v1/service-accounts/{account}/keys", new JsonObject { ["name"] = "first" }, you,
            ("service-account.key-added", account));
        var (keyId, key) = (added.Text("id"), added.Text("key"));
        var machine = owner with { Token = key };
        await LogsAsync(machine, HttpMethod.Patch, $"/api/v1/dealers/{north}", new JsonObject { ["name"] = "Far north" }, account,
            ("dealer.updated", north));
        await LogsAsync(machine, HttpMethod.Get, "/api/v1/audit-log", null, account, 403, ("access.request", null, "forbidden"));
        await LogsAsync(
            owner, HttpMethod.Patch, $"/api/v1/service-accounts/{account}",
            new JsonObject { ["permissions"] = new JsonArray("dealers:read") }, you,
            ("service-account.updated", account));
        await LogsAsync(owner, HttpMethod.Delete, $"/api/v1/service-accounts/{account}/keys/{keyId}", null, you,
            ("service-account.key-revoked", account));
        await LogsAsync(owner, HttpMethod.Post, $"/api/v1/service-accounts/{account}/disable", null, you,
            ("service-account.disabled", account));

        // Second factors.
        var me = user.UserId;
        var begun = await SendAsync(user, HttpMethod.Post, "/api/v1/auth/mfa/totp", null, NextTrace());
        var seed = new byte[Totp.SeedLength];
        Assert.True(Base32.TryDecode(begun.Is(200).Text("secret"), seed));
        var app = new Authenticator(seed);
        await LogsAsync(user, HttpMethod.Post, "/api/v1/auth/mfa/totp/confirm", Code(app.WrongCode()), me, 400,
            ("user.prove-second-factor", me, "invalid-code"));
        var confirmed = await LogsAsync(
            user, HttpMethod.Post, "/api/v1/auth/mfa/totp/confirm", Code(app.Code()), me, ("user.mfa-enabled", me));
        var recovery = confirmed.Json["recoveryCodes"]!.AsArray().Select(code => code!.GetValue<string>()).ToList();
        var nobody = user with { Token = "" };
        var ticket = (await api.LoginAsync(user.Email, user.Password)).Is(200).Text("mfaToken");
        await LogsAsync(nobody, HttpMethod.Post, "/api/v1/auth/login/mfa", Code(app.WrongCode(), ticket), me, 401,
            ("user.second-factor-used", me, "invalid-code"));
        var tokens = await LogsAsync(
            nobody, HttpMethod.Post, "/api/v1/auth/login/mfa", Code(recovery[0], ticket), me, ("user.second-factor-used", me),
            ("user.signed-in", me));
        var strong = user with { Token = tokens.Text("tokens", "accessToken") };
        await LogsAsync(strong, HttpMethod.Post, "/api/v1/auth/mfa/recovery-codes", null, me, ("user.recovery-codes-replaced", me));
        for (var i = 0; i < 3; i++)
        {
            (await strong.SendAsync(HttpMethod.Post, "/api/v1/auth/step-up", Code(app.WrongCode()))).Is(400);
        }

        await LogsAsync(
            strong, HttpMethod.Post, "/api/v1/auth/step-up", Code(app.WrongCode()), me, 400,
            ("user.second-factor-used", me, "invalid-code"), ("user.second-factor-locked", me, null));
        await LogsAsync(strong, HttpMethod.Post, "/api/v1/auth/step-up", Code(app.WrongCode()), me, 429,
            ("user.prove-second-factor", me, "too-many-codes"));
        await LogsAsync(owner, HttpMethod.Post, $"{path}/mfa/reset", null, you, ("user.mfa-reset", me));

        // The user leaves.
        var wrong = new JsonObject { ["email"] = user.Email, ["password"] = "not the right one" };
        await LogsAsync(nobody, HttpMethod.Post, "/api/v1/auth/login", wrong, null, 401, ("user.sign-in", me, "invalid-credentials"));
        await LogsAsync(owner, HttpMethod.Post, $"{path}/disable", new JsonObject { ["reason"] = "left" }, you, ("user.disabled", me));
        await LogsAsync(owner, HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Renamed" }, you,
            ("organisation.updated", owner.OrganisationId));

        await AllAreLoggedAsync(owner);
        var file = (await owner.GetAsync($"{Log}/export")).Is(200).Body + (await owner.GetAsync($"{Log}/export?format=csv")).Is(200).Body;
        string[] secrets =
        [
            owner.Password, user.Password, owner.Token, owner.RefreshToken, user.Token, user.RefreshToken, strong.Token,
            tokens.Text("tokens", "refreshToken"), key, key[^40..], begun.Text("secret"), Convert.ToHexString(seed),
            Convert.ToBase64String(seed), ticket, "not the right one", .. recovery,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, file, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\"wallets:read\"", (await owner.GetAsync($"{Log}?action=role.created")).Body, StringComparison.Ordinal);
        var changed = (await owner.GetAsync($"{Log}?action=role.changed")).Is(200).Json["items"]![0]!["details"]!;
        Assert.Equal(("wallets:read wallets:charge", "wallets:read"), (Text(changed, "permissions"), Text(changed, "permissions.was")));
        foreach (var item in (await owner.GetAsync($"{Log}?actor={account}")).Is(200).Json["items"]!.AsArray())
        {
            Assert.Equal("serviceAccount", item!["actorKind"]!.GetValue<string>());
        }
    }

    private async Task AllAreLoggedAsync(Account owner)
    {
        List<JsonNode> items = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                items = [.. (await owner.GetAsync($"{Log}?limit=200")).Is(200).Json["items"]!.AsArray().Select(item => item!)];
                return _expected.All(one => items.Any(item => Text(item, "traceId") == one.Trace && Text(item, "action") == one.Action));
            },
            TimeSpan.FromSeconds(30), "all steps are logged");
        Assert.All(_expected, one => Assert.Contains(items, item =>
            Text(item, "traceId") == one.Trace && Text(item, "action") == one.Action && Text(item, "actorId") == one.ActorId &&
            Text(item, "code") == one.Code &&
            Text(item, "outcome") == (one.Code is null ? "accepted" : "refused") &&
            (one.EntityId is null || Text(item, "entityId") == one.EntityId)));
        Assert.All(items, item => Assert.Equal("127.0.0.1", Text(item, "ip")));
        Assert.All(items, item => Assert.Matches("^[0-9a-f]{32}$", Text(item, "traceId")));
    }

    private Task<Answer> LogsAsync(
        Account caller, HttpMethod method, string path, JsonNode? body, string? actor,
        params (string Action, string? EntityId)[] entries) =>
        LogsAsync(caller, method, path, body, actor, 0, [.. entries.Select(entry => (entry.Action, entry.EntityId, (string?)null))]);

    /// <summary>Sends a request and remembers the expected log entries. Status 0 expects success.</summary>
    private async Task<Answer> LogsAsync(
        Account caller, HttpMethod method, string path, JsonNode? body, string? actor, int status,
        params (string Action, string? EntityId, string? Code)[] entries)
    {
        var trace = NextTrace();
        var answer = await SendAsync(caller, method, path, body, trace);
        Assert.True(status == 0 ? answer.Status is >= 200 and < 300 : answer.Status == status,
            $"{method} {path}: {answer.Status} {answer.Body}");
        _expected.AddRange(entries.Select(entry => (trace, entry.Action, actor, entry.EntityId, entry.Code)));
        return answer;
    }

    private Task<Answer> SendAsync(Account caller, HttpMethod method, string path, JsonNode? body, string trace) => api.SendAsync(
        method, path, body ?? (method == HttpMethod.Post && path.EndsWith("/disable", StringComparison.Ordinal) ? new JsonObject() : null),
        caller.Token.Length == 0 ? null : caller.Token, null, ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));

    private string NextTrace() => $"5bf92f3577b34da6a3ce929d0e0e{++_steps:x4}";

    private static JsonObject Code(string code, string? ticket = null)
    {
        var body = new JsonObject { ["code"] = code };
        if (ticket is not null)
        {
            body["mfaToken"] = ticket;
        }

        return body;
    }

    private static JsonObject Role(string code, params string[] permissions) => new()
    {
        ["code"] = code, ["name"] = "A role",
        ["permissions"] = new JsonArray([.. permissions.Select(permission => JsonValue.Create(permission))]),
    };

    private static JsonObject Grants(string role) => new() { ["roles"] = new JsonArray(new JsonObject { ["role"] = role }) };

    private static string? Text(JsonNode item, string name) => item[name]?.GetValue<string>();
}
