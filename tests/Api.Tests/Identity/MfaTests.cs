using System.Text.Json.Nodes;
using Npgsql;
using Platform.Identity;

namespace Platform.Api.Tests.Identity;

/// <summary>Second factors, over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class MfaTests(ApiFixture api)
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task V6_3_3_Who_has_a_second_factor_signs_in_with_both()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var asked = (await api.LoginAsync(account.Email, account.Password)).Is(200);
        Assert.True(asked.Json["mfaRequired"]!.GetValue<bool>());
        Assert.False(asked.Json.AsObject().ContainsKey("tokens"));
        var tokens = (await LoginAsync(asked.Text("mfaToken"), app.Code())).Is(200);
        Assert.Equal("aal2", ShortTokens.ClaimsOf(tokens.Text("tokens", "accessToken"))["acr"]!.GetValue<string>());
        var me = (await api.SendAsync(HttpMethod.Get, Me, token: tokens.Text("tokens", "accessToken"))).Is(200);
        Assert.True(me.Json["user"]!["mfaEnabled"]!.GetValue<bool>());
        var session = (await account.GetAsync("/api/v1/auth/sessions")).Is(200).Json["items"]!.AsArray().Single(item => !item!["current"]!.GetValue<bool>())!;
        Assert.Equal("password+totp", session["method"]!.GetValue<string>());
        var listed = (await account.GetAsync("/api/v1/users")).Is(200).Json["items"]!.AsArray().Single(user => user!["id"]!.GetValue<string>() == account.UserId);
        Assert.True(listed!["mfaEnabled"]!.GetValue<bool>());
        var refreshed = (await RefreshAsync(tokens.Text("tokens", "refreshToken"))).Is(200);
        Assert.Equal("aal2", ShortTokens.ClaimsOf(refreshed.Text("tokens", "accessToken"))["acr"]!.GetValue<string>());
    }

    [Fact]
    public async Task V6_5_1_A_code_is_good_once()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var code = app.Code();
        (await LoginAsync(await TicketAsync(account), code)).Is(200);
        (await LoginAsync(await TicketAsync(account), code)).IsProblem(401, "invalid-code");
    }

    [Fact]
    public async Task V6_5_1_The_code_that_set_the_factor_up_does_not_sign_in()
    {
        var account = await api.RegisterAsync();
        var begun = (await account.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/totp")).Is(200);
        var seed = new byte[Totp.SeedLength];
        Assert.True(Base32.TryDecode(begun.Text("secret"), seed));
        var code = new Authenticator(seed).Code();
        (await Authenticator.ConfirmAsync(account, code)).Is(200);
        (await LoginAsync(await TicketAsync(account), code)).IsProblem(401, "invalid-code");
    }

    [Fact]
    public async Task V6_5_1_Of_parallel_uses_of_a_code_one_succeeds()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var tickets = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            tickets.Add(await TicketAsync(account));
        }

        var code = app.Code();
        var answers = await Task.WhenAll(tickets.Select(ticket => LoginAsync(ticket, code)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Contains(answer.Status, new[] { 401, 429 }));
    }

    [Fact]
    public async Task V6_6_2_Of_parallel_uses_of_a_ticket_one_succeeds()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var ticket = await TicketAsync(account);
        var answers = await Task.WhenAll(app.RecoveryCodes.Take(6).Select(code => LoginAsync(ticket, code)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(401, "invalid-mfa-token"));
        Assert.Equal(9, (await account.GetAsync("/api/v1/auth/mfa")).Is(200).Json["recoveryCodesLeft"]!.GetValue<int>());
    }

    [Fact]
    public async Task V6_5_1_A_recovery_code_is_good_once_also_in_parallel()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        Assert.Equal(10, app.RecoveryCodes.Distinct().Count());
        var tickets = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            tickets.Add(await TicketAsync(account));
        }

        var answers = await Task.WhenAll(tickets.Select(ticket => LoginAsync(ticket, app.RecoveryCodes[0])));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(401, "invalid-code"));
        (await LoginAsync(await TicketAsync(account), app.RecoveryCodes[1].ToLowerInvariant().Replace('-', ' '))).Is(200);
    }

    [Fact]
    public async Task V6_5_1_New_recovery_codes_void_the_old()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var strong = await SignInAsync(account, app.RecoveryCodes[0]);
        var renewed = (await strong.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/recovery-codes")).Is(200).Json["recoveryCodes"]!.AsArray();
        (await LoginAsync(await TicketAsync(account), app.RecoveryCodes[1])).IsProblem(401, "invalid-code");
        (await LoginAsync(await TicketAsync(account), renewed[0]!.GetValue<string>())).Is(200);
    }

    [Fact]
    public async Task V9_2_2_A_ticket_opens_nothing_and_no_other_token_is_a_ticket()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var ticket = await TicketAsync(account);
        (await api.SendAsync(HttpMethod.Get, Me, token: ticket)).IsProblem(401, "unauthenticated");
        (await api.SendAsync(HttpMethod.Get, Me, token: account.RefreshToken)).IsProblem(401, "unauthenticated");
        (await RefreshAsync(ticket)).IsProblem(401, "invalid-grant");
        foreach (var other in new[] { account.RefreshToken, account.Token, "", "pmf_", $"pmf_{new string('A', 107)}", $"pmf_{account.RefreshToken[4..]}", new string('x', 5000) })
        {
            (await LoginAsync(other, app.Code())).IsProblem(401, "invalid-mfa-token");
        }
    }

    [Fact]
    public async Task V6_6_2_A_code_is_good_for_the_ticket_of_its_own_user_alone()
    {
        var (ada, bob) = (await api.RegisterAsync(), await api.RegisterAsync());
        var (adas, bobs) = (await Authenticator.SetUpAsync(ada), await Authenticator.SetUpAsync(bob));
        (await LoginAsync(await TicketAsync(ada), bobs.RecoveryCodes[0])).IsProblem(401, "invalid-code");
        (await LoginAsync(await TicketAsync(bob), adas.Code())).IsProblem(401, "invalid-code");
        (await LoginAsync(await TicketAsync(bob), bobs.RecoveryCodes[0])).Is(200);
    }

    [Fact]
    public async Task V6_3_1_Five_wrong_codes_void_the_ticket_and_lock_codes_for_new_ones()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var ticket = await TicketAsync(account);
        for (var i = 0; i < 5; i++)
        {
            (await LoginAsync(ticket, app.WrongCode())).IsProblem(401, "invalid-code");
        }

        (await LoginAsync(ticket, app.RecoveryCodes[0])).IsProblem(401, "invalid-mfa-token");
        var next = await TicketAsync(account);
        var (right, wrong) = (await LoginAsync(next, app.Code()), await LoginAsync(next, app.WrongCode()));
        foreach (var locked in new[] { right, wrong })
        {
            locked.IsProblem(429, "too-many-codes");
            Assert.InRange(int.Parse(locked.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 900);
        }

        (await StepUpAsync(account, code: app.WrongCode())).IsProblem(429, "too-many-codes");
        (await LoginAsync(next, app.RecoveryCodes[0])).Is(200);
    }

    [Fact]
    public async Task V7_4_2_A_user_who_is_disabled_between_the_factors_does_not_get_in()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        var app = await Authenticator.SetUpAsync(user);
        var ticket = await TicketAsync(user);
        (await owner.PostAsync($"/api/v1/users/{user.UserId}/disable", new JsonObject())).Is(200);
        (await LoginAsync(ticket, app.Code())).IsProblem(401, "invalid-mfa-token");
        (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{user.UserId}/enable")).Is(200);
        (await LoginAsync(ticket, app.RecoveryCodes[0])).IsProblem(401, "invalid-mfa-token");
    }

    [Fact]
    public async Task V7_4_3_Setting_a_factor_up_ends_other_sessions()
    {
        var account = await api.RegisterAsync();
        var other = await api.SignInAsync(account.Email, account.Password);
        await Authenticator.SetUpAsync(account);
        (await other.GetAsync(Me)).IsProblem(401);
        (await RefreshAsync(other.RefreshToken)).IsProblem(401, "invalid-grant");
        (await account.GetAsync(Me)).Is(200);
    }

    [Fact]
    public async Task V7_5_1_Factors_change_only_after_a_recent_proof_by_all_of_them()
    {
        var account = await api.RegisterAsync();
        var old = account with { Token = await ShortTokens.SignAsync(api, account, TimeSpan.FromMinutes(10), since: TimeSpan.FromMinutes(6)) };
        var challenged = (await old.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/totp")).IsProblem(401, "insufficient-user-authentication");
        Assert.Contains("acr_values=\"aal1\", max_age=300", challenged.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await StepUpAsync(old, password: "a wrong password")).IsProblem(400, "wrong-password");
        (await StepUpAsync(old)).IsProblem(400, "password-required");
        (await StepUpAsync(old, password: account.Password, code: "123456")).IsProblem(409, "mfa-not-enabled");
        var fresh = await ElevatedAsync(old, "aal1", password: account.Password);

        var app = await Authenticator.SetUpAsync(fresh);
        foreach (var (method, path) in new[] { (HttpMethod.Delete, "/api/v1/auth/mfa/totp"), (HttpMethod.Post, "/api/v1/auth/mfa/recovery-codes") })
        {
            challenged = (await fresh.SendAsync(method, path)).IsProblem(401, "insufficient-user-authentication");
            Assert.Contains("acr_values=\"aal2\"", challenged.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }

        (await StepUpAsync(fresh, password: account.Password)).IsProblem(400, "code-required");
        (await StepUpAsync(fresh, code: app.WrongCode())).IsProblem(400, "invalid-code");
        var strong = await ElevatedAsync(fresh, "aal2", code: app.Code());

        // The elevation is in that token alone.
        var refreshed = (await RefreshAsync(account.RefreshToken)).Is(200);
        Assert.Equal("aal1", ShortTokens.ClaimsOf(refreshed.Text("tokens", "accessToken"))["acr"]!.GetValue<string>());
        (await (fresh with { Token = refreshed.Text("tokens", "accessToken") }).SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).IsProblem(401);

        (await strong.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).Is(204);
        (await api.LoginAsync(account.Email, account.Password)).Is(200).Text("tokens", "accessToken");
        (await strong.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).IsProblem(409, "mfa-not-enabled");
    }

    [Fact]
    public async Task V7_5_3_An_elevation_ends_five_minutes_after_the_proof()
    {
        var account = await api.RegisterAsync();
        await Authenticator.SetUpAsync(account);
        var late = account with { Token = await ShortTokens.SignAsync(api, account, TimeSpan.FromMinutes(9), since: TimeSpan.FromMinutes(6), acr: "aal2") };
        (await late.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).IsProblem(401, "insufficient-user-authentication");
        var recent = account with { Token = await ShortTokens.SignAsync(api, account, TimeSpan.FromMinutes(9), since: TimeSpan.FromMinutes(1), acr: "aal2") };
        (await recent.SendAsync(HttpMethod.Delete, "/api/v1/auth/mfa/totp")).Is(204);
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
        var ticket = await TicketAsync(user);
        Assert.False((await owner.SendAsync(HttpMethod.Post, path)).Is(200).Json["mfaEnabled"]!.GetValue<bool>());
        (await user.GetAsync(Me)).IsProblem(401);
        (await LoginAsync(ticket, app.Code())).IsProblem(401, "invalid-mfa-token");
        await Authenticator.SetUpAsync(await api.SignInAsync(user.Email, user.Password));
    }

    [Fact]
    public async Task V6_3_3_An_organisation_that_demands_a_second_factor_lets_those_without_set_one_up_and_no_more()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner, "viewer");
        var demand = new JsonObject { ["requireMfa"] = true };
        var stale = owner with { Token = await ShortTokens.SignAsync(api, owner, TimeSpan.FromMinutes(9), since: TimeSpan.FromMinutes(6)) };
        (await stale.SendAsync(HttpMethod.Patch, "/api/v1/organisation", demand.DeepClone())).IsProblem(401, "insufficient-user-authentication");
        (await stale.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Other" })).Is(200);
        (await user.GetAsync("/api/v1/organisation")).Is(200);
        Assert.True((await owner.SendAsync(HttpMethod.Patch, "/api/v1/organisation", demand)).Is(200).Json["requireMfa"]!.GetValue<bool>());

        // Those who are signed in already too, at once.
        (await user.GetAsync("/api/v1/organisation")).IsProblem(403, "mfa-enrolment-required");
        var again = await api.SignInAsync(user.Email, user.Password);
        foreach (var path in new[] { "/api/v1/organisation", "/api/v1/users", "/api/v1/auth/sessions", user.Wallet })
        {
            (await again.GetAsync(path)).IsProblem(403, "mfa-enrolment-required");
        }

        (await again.GetAsync(Me)).Is(200);
        var app = await Authenticator.SetUpAsync(again);
        (await again.GetAsync("/api/v1/organisation")).Is(200);
        (await (await SignInAsync(user, app.Code())).GetAsync("/api/v1/organisation")).Is(200);
        (await owner.GetAsync("/api/v1/users")).IsProblem(403, "mfa-enrolment-required");
        (await owner.SendAsync(HttpMethod.Post, "/api/v1/auth/logout")).Is(204);
    }

    [Fact]
    public async Task V6_5_2_Seed_and_recovery_codes_are_nowhere_in_the_database_or_the_log()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        (await LoginAsync(await TicketAsync(account), app.Code())).Is(200);
        var recovery = new byte[16];
        Assert.True(Base32.TryDecode(app.RecoveryCodes[0].Replace("-", "", StringComparison.Ordinal), recovery));
        string[] secrets =
        [
            .. new[] { app.Seed, recovery }.SelectMany(secret => new[] { Base32.Encode(secret), Convert.ToHexString(secret), Convert.ToBase64String(secret) }),
            app.RecoveryCodes[0],
        ];
        await using var source = NpgsqlDataSource.Create(api.ConnectionString);
        var tables = await ListAsync(source, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        Assert.Contains("public.secret", tables);
        foreach (var table in tables)
        {
            foreach (var secret in secrets)
            {
                Assert.Empty(await ListAsync(source, $"SELECT 'found' FROM {table} t WHERE strpos(lower(t::text), '{secret.ToLowerInvariant()}') > 0"));
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

    private async Task<string> TicketAsync(Account account) => (await api.LoginAsync(account.Email, account.Password)).Is(200).Text("mfaToken");

    private Task<Answer> LoginAsync(string ticket, string code) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/login/mfa", new JsonObject { ["mfaToken"] = ticket, ["code"] = code });

    private async Task<Account> SignInAsync(Account account, string code)
    {
        var answer = (await LoginAsync(await TicketAsync(account), code)).Is(200);
        return account with { Token = answer.Text("tokens", "accessToken"), RefreshToken = answer.Text("tokens", "refreshToken") };
    }

    private static Task<Answer> StepUpAsync(Account account, string? password = null, string? code = null)
    {
        var body = new JsonObject();
        if (password is not null)
        {
            body["password"] = password;
        }

        if (code is not null)
        {
            body["code"] = code;
        }

        return account.SendAsync(HttpMethod.Post, "/api/v1/auth/step-up", body);
    }

    private static async Task<Account> ElevatedAsync(Account account, string acr, string? password = null, string? code = null)
    {
        var elevated = account with { Token = (await StepUpAsync(account, password, code)).Is(200).Text("accessToken") };
        var (before, after) = (ShortTokens.ClaimsOf(account.Token), ShortTokens.ClaimsOf(elevated.Token));
        Assert.Equal(acr, after["acr"]!.GetValue<string>());
        Assert.Equal(before["sid"]!.GetValue<string>(), after["sid"]!.GetValue<string>());
        return elevated;
    }

    private Task<Answer> RefreshAsync(string token) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/refresh", new JsonObject { ["refreshToken"] = token });
}
