using System.Text.Json.Nodes;
using Platform.Identity;

namespace Platform.Api.Tests.Identity.Mfa;

/// <summary>Signing in with a second factor, over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class MfaTests(ApiFixture api)
{
    private const string Me = "/api/v1/auth/me";

    private readonly MfaClient _mfa = new(api);

    [Fact]
    public async Task V6_3_3_A_user_with_a_second_factor_signs_in_with_both()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var asked = (await api.LoginAsync(account.Email, account.Password)).Is(200);
        Assert.True(asked.Json["mfaRequired"]!.GetValue<bool>());
        Assert.False(asked.Json.AsObject().ContainsKey("tokens"));
        var tokens = (await _mfa.LoginAsync(asked.Text("mfaToken"), app.Code())).Is(200);
        Assert.Equal("aal2", ShortTokens.ClaimsOf(tokens.Text("tokens", "accessToken"))["acr"]!.GetValue<string>());
        var me = (await api.SendAsync(HttpMethod.Get, Me, token: tokens.Text("tokens", "accessToken"))).Is(200);
        Assert.True(me.Json["user"]!["mfaEnabled"]!.GetValue<bool>());
        var session = (await account.GetAsync("/api/v1/auth/sessions"))
            .Is(200).Json["items"]!.AsArray().Single(item => !item!["current"]!.GetValue<bool>())!;
        Assert.Equal("password+totp", session["method"]!.GetValue<string>());
        var listed = (await account.GetAsync("/api/v1/users"))
            .Is(200).Json["items"]!.AsArray().Single(user => user!["id"]!.GetValue<string>() == account.UserId);
        Assert.True(listed!["mfaEnabled"]!.GetValue<bool>());
        var refreshed = (await api.RefreshAsync(tokens.Text("tokens", "refreshToken"))).Is(200);
        Assert.Equal("aal2", ShortTokens.ClaimsOf(refreshed.Text("tokens", "accessToken"))["acr"]!.GetValue<string>());
    }

    [Fact]
    public async Task V6_5_1_A_code_works_once()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var code = app.Code();
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), code)).Is(200);
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), code)).IsProblem(401, "invalid-code");
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
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), code)).IsProblem(401, "invalid-code");
    }

    [Fact]
    public async Task V6_5_1_Of_parallel_uses_of_a_code_only_one_succeeds()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var tickets = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            tickets.Add(await _mfa.TicketAsync(account));
        }

        var code = app.Code();
        var answers = await Task.WhenAll(tickets.Select(ticket => _mfa.LoginAsync(ticket, code)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Contains(answer.Status, new[] { 401, 429 }));
    }

    [Fact]
    public async Task V6_6_2_Of_parallel_uses_of_a_ticket_only_one_succeeds()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var ticket = await _mfa.TicketAsync(account);
        var answers = await Task.WhenAll(app.RecoveryCodes.Take(6).Select(code => _mfa.LoginAsync(ticket, code)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(401, "invalid-mfa-token"));
        Assert.Equal(9, (await account.GetAsync("/api/v1/auth/mfa")).Is(200).Json["recoveryCodesLeft"]!.GetValue<int>());
    }

    [Fact]
    public async Task V6_5_1_A_recovery_code_works_once_even_in_parallel()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        Assert.Equal(10, app.RecoveryCodes.Distinct().Count());
        var tickets = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            tickets.Add(await _mfa.TicketAsync(account));
        }

        var answers = await Task.WhenAll(tickets.Select(ticket => _mfa.LoginAsync(ticket, app.RecoveryCodes[0])));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsProblem(401, "invalid-code"));
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), app.RecoveryCodes[1].ToLowerInvariant().Replace('-', ' '))).Is(200);
    }

    [Fact]
    public async Task V6_5_1_New_recovery_codes_void_the_old()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var strong = await _mfa.SignInAsync(account, app.RecoveryCodes[0]);
        var renewed = (await strong.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/recovery-codes")).Is(200).Json["recoveryCodes"]!.AsArray();
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), app.RecoveryCodes[1])).IsProblem(401, "invalid-code");
        (await _mfa.LoginAsync(await _mfa.TicketAsync(account), renewed[0]!.GetValue<string>())).Is(200);
    }

    [Fact]
    public async Task V9_2_2_A_ticket_gives_no_access_and_no_other_token_is_a_ticket()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var ticket = await _mfa.TicketAsync(account);
        (await api.SendAsync(HttpMethod.Get, Me, token: ticket)).IsProblem(401, "unauthenticated");
        (await api.SendAsync(HttpMethod.Get, Me, token: account.RefreshToken)).IsProblem(401, "unauthenticated");
        (await api.RefreshAsync(ticket)).IsProblem(401, "invalid-grant");
        foreach (var other in new[]
        {
            account.RefreshToken, account.Token, "", "pmf_", $"pmf_{new string('A', 107)}", $"pmf_{account.RefreshToken[4..]}",
            new string('x', 5000),
        })
        {
            (await _mfa.LoginAsync(other, app.Code())).IsProblem(401, "invalid-mfa-token");
        }
    }

    [Fact]
    public async Task V6_6_2_A_code_is_valid_only_for_the_ticket_of_its_own_user()
    {
        var (ada, bob) = (await api.RegisterAsync(), await api.RegisterAsync());
        var (adas, bobs) = (await Authenticator.SetUpAsync(ada), await Authenticator.SetUpAsync(bob));
        (await _mfa.LoginAsync(await _mfa.TicketAsync(ada), bobs.RecoveryCodes[0])).IsProblem(401, "invalid-code");
        (await _mfa.LoginAsync(await _mfa.TicketAsync(bob), adas.Code())).IsProblem(401, "invalid-code");
        (await _mfa.LoginAsync(await _mfa.TicketAsync(bob), bobs.RecoveryCodes[0])).Is(200);
    }

    [Fact]
    public async Task V6_3_1_Five_wrong_codes_void_the_ticket_and_lock_codes_for_new_ones()
    {
        var account = await api.RegisterAsync();
        var app = await Authenticator.SetUpAsync(account);
        var ticket = await _mfa.TicketAsync(account);
        for (var i = 0; i < 5; i++)
        {
            (await _mfa.LoginAsync(ticket, app.WrongCode())).IsProblem(401, "invalid-code");
        }

        (await _mfa.LoginAsync(ticket, app.RecoveryCodes[0])).IsProblem(401, "invalid-mfa-token");
        var next = await _mfa.TicketAsync(account);
        var (right, wrong) = (await _mfa.LoginAsync(next, app.Code()), await _mfa.LoginAsync(next, app.WrongCode()));
        foreach (var locked in new[] { right, wrong })
        {
            locked.IsProblem(429, "too-many-codes");
            Assert.InRange(int.Parse(locked.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 900);
        }

        (await MfaClient.StepUpAsync(account, code: app.WrongCode())).IsProblem(429, "too-many-codes");
        (await _mfa.LoginAsync(next, app.RecoveryCodes[0])).Is(200);
    }

    [Fact]
    public async Task V7_4_2_A_user_who_is_disabled_between_the_factors_cannot_sign_in()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        var app = await Authenticator.SetUpAsync(user);
        var ticket = await _mfa.TicketAsync(user);
        (await owner.PostAsync($"/api/v1/users/{user.UserId}/disable", new JsonObject())).Is(200);
        (await _mfa.LoginAsync(ticket, app.Code())).IsProblem(401, "invalid-mfa-token");
        (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{user.UserId}/enable")).Is(200);
        (await _mfa.LoginAsync(ticket, app.RecoveryCodes[0])).IsProblem(401, "invalid-mfa-token");
    }
}
