using System.Text.Json.Nodes;
using Npgsql;
using Platform.Identity;

namespace Platform.Api.Tests.Identity.Mfa;

/// <summary>Setting up, requiring, resetting and removing second factors over HTTP, and how they are stored.</summary>
[Collection(ApiCollection.Name)]
public sealed class MfaChangeTests(ApiFixture api)
{
    private const string Me = "/api/v1/auth/me";

    private readonly MfaClient _mfa = new(api);

    [Fact]
    public async Task V7_4_3_Setting_a_factor_up_ends_other_sessions()
    {
        var account = await api.RegisterAsync();
        var other = await api.SignInAsync(account.Email, account.Password);
        await Authenticator.SetUpAsync(account);
        (await other.GetAsync(Me)).IsProblem(401);
        (await api.RefreshAsync(other.RefreshToken)).IsProblem(401, "invalid-grant");
        (await account.GetAsync(Me)).Is(200);
    }

    [Fact]
    public async Task V7_5_1_Factors_change_only_after_a_recent_proof_by_all_of_them()
    {
        var account = await api.RegisterAsync();
        var oldToken = await ShortTokens.SignAsync(api, account, TimeSpan.FromMinutes(10), since: TimeSpan.FromMinutes(6));
        var old = account with { Token = oldToken };
        var challenged = (await old.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/totp")).IsProblem(401, "insufficient-user-authentication");
        Assert.Contains("acr_values=\"aal1\", max_age=300", challenged.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await MfaClient.StepUpAsync(old, password: "a wrong password")).IsProblem(400, "wrong-password");
        (await MfaClient.StepUpAsync(old)).IsProblem(400, "password-required");
        (await MfaClient.StepUpAsync(old, password: account.Password, code: "123456")).IsProblem(409, "mfa-not-enabled");
        var fresh = await ElevatedAsync(old, "aal1", password: account.Password);

        var app = await Authenticator.SetUpAsync(fresh);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Delete, "/api/v1/auth/mfa/totp"), (HttpMethod.Post, "/api/v1/auth/mfa/recovery-codes"),
        })
        {
            challenged = (await fresh.SendAsync(method, path)).IsProblem(401, "insufficient-user-authentication");
            Assert.Contains("acr_values=\"aal2\"", challenged.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }

        (await MfaClient.StepUpAsync(fresh, password: account.Password)).IsProblem(400, "code-required");
        (await MfaClient.StepUpAsync(fresh, code: app.WrongCode())).IsProblem(400, "invalid-code");
        var strong = await ElevatedAsync(fresh, "aal2", code: app.Code());

        // Only that token has the higher assurance.
        var refreshed = (await api.RefreshAsync(account.RefreshToken)).Is(200);
        Assert.Equal("aal1", ShortTokens.ClaimsOf(refreshed.Text("tokens", "accessToken"))["acr"]!.GetValue<string>());
        (await (fresh with { Token = refreshed.Text("tokens", "accessToken") }).SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp"))
            .IsProblem(401);

        (await strong.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).Is(204);
        (await api.LoginAsync(account.Email, account.Password)).Is(200).Text("tokens", "accessToken");
        (await strong.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).IsProblem(409, "mfa-not-enabled");
    }

    [Fact]
    public async Task V7_5_3_A_step_up_lasts_five_minutes()
    {
        var account = await api.RegisterAsync();
        await Authenticator.SetUpAsync(account);
        var late = await SinceAsync(TimeSpan.FromMinutes(6));
        (await late.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).IsProblem(401, "insufficient-user-authentication");
        var recent = await SinceAsync(TimeSpan.FromMinutes(1));
        (await recent.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).Is(204);

        async Task<Account> SinceAsync(TimeSpan since) =>
            account with { Token = await ShortTokens.SignAsync(api, account, TimeSpan.FromMinutes(9), since: since, acr: "aal2") };
    }

    [Fact]
    public async Task V6_4_4_An_administrator_resets_the_factor_of_a_user_who_lost_it()
    {
        var owner = await api.RegisterAsync();
        var (user, peer) = (await api.AddUserAsync(owner), await api.AddUserAsync(owner));
        var app = await Authenticator.SetUpAsync(user);
        var path = $"/api/v1/users/{user.UserId}/mfa/reset";
        (await peer.SendAsync(HttpMethod.Post, path)).IsProblem(403);
        (await (await api.RegisterAsync()).SendAsync(HttpMethod.Post, path)).IsProblem(404);
        var stale = owner with { Token = await ShortTokens.SignAsync(api, owner, TimeSpan.FromMinutes(9), since: TimeSpan.FromMinutes(6)) };
        (await stale.SendAsync(HttpMethod.Post, path)).IsProblem(401, "insufficient-user-authentication");
        var ticket = await _mfa.TicketAsync(user);
        Assert.False((await owner.SendAsync(HttpMethod.Post, path)).Is(200).Json["mfaEnabled"]!.GetValue<bool>());
        (await user.GetAsync(Me)).IsProblem(401);
        (await _mfa.LoginAsync(ticket, app.Code())).IsProblem(401, "invalid-mfa-token");
        await Authenticator.SetUpAsync(await api.SignInAsync(user.Email, user.Password));
    }

    [Fact]
    public async Task V6_3_3_If_an_organisation_requires_a_second_factor_users_without_one_can_only_set_one_up()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner, "viewer");
        var demand = new JsonObject { ["requireMfa"] = true };
        var stale = owner with { Token = await ShortTokens.SignAsync(api, owner, TimeSpan.FromMinutes(9), since: TimeSpan.FromMinutes(6)) };
        (await stale.SendAsync(HttpMethod.Patch, "/api/v1/organisation", demand.DeepClone()))
            .IsProblem(401, "insufficient-user-authentication");
        (await stale.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Other" })).Is(200);
        (await user.GetAsync("/api/v1/organisation")).Is(200);
        Assert.True((await owner.SendAsync(HttpMethod.Patch, "/api/v1/organisation", demand)).Is(200).Json["requireMfa"]!.GetValue<bool>());

        // It applies at once, to users who are already signed in too.
        (await user.GetAsync("/api/v1/organisation")).IsProblem(403, "mfa-enrolment-required");
        var again = await api.SignInAsync(user.Email, user.Password);
        foreach (var path in new[] { "/api/v1/organisation", "/api/v1/users", "/api/v1/auth/sessions", user.Wallet })
        {
            (await again.GetAsync(path)).IsProblem(403, "mfa-enrolment-required");
        }

        (await again.GetAsync(Me)).Is(200);
        var app = await Authenticator.SetUpAsync(again);
        (await again.GetAsync("/api/v1/organisation")).Is(200);
        (await (await _mfa.SignInAsync(user, app.Code())).GetAsync("/api/v1/organisation")).Is(200);
        (await owner.GetAsync("/api/v1/users")).IsProblem(403, "mfa-enrolment-required");
        (await owner.SendAsync(HttpMethod.Post, "/api/v1/auth/logout")).Is(204);
    }

    [Fact]
    public async Task V6_5_2_Seed_and_recovery_codes_are_nowhere_in_the_database_or_the_log()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), app.Code())).Is(200);
        var recovery = new byte[16];
        Assert.True(Base32.TryDecode(app.RecoveryCodes[0].Replace("-", "", StringComparison.Ordinal), recovery));
        string[] secrets =
        [
            .. new[] { app.Seed, recovery }.SelectMany(
                secret => new[] { Base32.Encode(secret), Convert.ToHexString(secret), Convert.ToBase64String(secret) }),
            app.RecoveryCodes[0],
        ];
        await using var source = NpgsqlDataSource.Create(api.ConnectionString);
        var tables = await ListAsync(
            source,
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        Assert.Contains("public.secret", tables);
        foreach (var table in tables)
        {
            foreach (var secret in secrets)
            {
                Assert.Empty(
                    await ListAsync(
                        source, $"SELECT 'found' FROM {table} t WHERE strpos(lower(t::text), '{secret.ToLowerInvariant()}') > 0"));
            }
        }

        Assert.All(secrets, secret => Assert.DoesNotContain(secret, api.Log, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["1"], await ListAsync(source, $"SELECT count(*)::text FROM secret WHERE entity_id = '{account.UserId}'"));
        foreach (var path in new[] { "/api/v1/auth/mfa", Me, "/api/v1/auth/sessions" })
        {
            var answer = (await account.GetAsync(path)).Is(200);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, answer.Body, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    private static async Task<Account> ElevatedAsync(Account account, string acr, string? password = null, string? code = null)
    {
        var elevated = account with { Token = (await MfaClient.StepUpAsync(account, password, code)).Is(200).Text("accessToken") };
        var (before, after) = (ShortTokens.ClaimsOf(account.Token), ShortTokens.ClaimsOf(elevated.Token));
        Assert.Equal(acr, after["acr"]!.GetValue<string>());
        Assert.Equal(before["sid"]!.GetValue<string>(), after["sid"]!.GetValue<string>());
        return elevated;
    }
}
