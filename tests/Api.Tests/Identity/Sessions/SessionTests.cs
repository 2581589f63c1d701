using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Sessions;

/// <summary>Refresh tokens work once, and ended sessions give no access.</summary>
[Collection(ApiCollection.Name)]
public sealed class SessionTests(ApiFixture api)
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task V10_4_5_A_refresh_token_is_exchanged_for_new_tokens()
    {
        var account = await api.RegisterAsync();
        var refreshed = (await api.RefreshAsync(account.RefreshToken)).Is(200);
        Assert.NotEqual(account.RefreshToken, refreshed.Text("tokens", "refreshToken"));
        (await api.SendAsync(HttpMethod.Get, Me, token: refreshed.Text("tokens", "accessToken"))).Is(200);
        (await account.GetAsync(Me)).Is(200);
    }

    [Fact]
    public async Task V10_4_5_Reuse_of_a_refresh_token_ends_its_session_and_no_other()
    {
        var account = await api.RegisterAsync();
        var other = await api.SignInAsync(account.Email, account.Password);
        var second = (await api.RefreshAsync(account.RefreshToken)).Is(200).Text("tokens", "refreshToken");
        var third = (await api.RefreshAsync(second)).Is(200);
        (await api.RefreshAsync(account.RefreshToken)).IsProblem(401, "invalid-grant");
        (await api.RefreshAsync(third.Text("tokens", "refreshToken"))).IsProblem(401, "invalid-grant");
        (await api.SendAsync(HttpMethod.Get, Me, token: third.Text("tokens", "accessToken"))).IsProblem(401);
        (await account.GetAsync(Me)).IsProblem(401);
        (await other.GetAsync(Me)).Is(200);
        (await api.RefreshAsync(other.RefreshToken)).Is(200);
    }

    [Fact]
    public async Task V10_4_5_Parallel_refreshes_of_one_token_all_get_the_same_successor()
    {
        var account = await api.RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => api.RefreshAsync(account.RefreshToken)));
        var successors = answers.Select(answer => answer.Is(200).Text("tokens", "refreshToken")).Distinct().ToList();
        (await api.RefreshAsync(Assert.Single(successors))).Is(200);
    }

    [Fact]
    public async Task V10_4_8_A_refresh_extends_neither_the_session_nor_the_proof_of_identity()
    {
        var account = await api.RegisterAsync();
        var refreshed = (await api.RefreshAsync(account.RefreshToken)).Is(200);
        var (before, after) = (ShortTokens.ClaimsOf(account.Token), ShortTokens.ClaimsOf(refreshed.Text("tokens", "accessToken")));
        foreach (var claim in new[] { "sid", "auth_time", "acr", "sub", "org" })
        {
            Assert.Equal(before[claim]!.ToJsonString(), after[claim]!.ToJsonString());
        }

        var session = (await account.GetAsync("/api/v1/auth/sessions")).Is(200).Json["items"]![0]!;
        Assert.Equal(session["expiresAt"]!.GetValue<string>(), refreshed.Text("tokens", "refreshExpiresAt"));
        Assert.Equal(
            TimeSpan.FromDays(7), session["expiresAt"]!.GetValue<DateTimeOffset>() - session["startedAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task V7_4_1_Signing_out_ends_access_at_once()
    {
        var account = await api.RegisterAsync();
        var other = await api.SignInAsync(account.Email, account.Password);
        (await account.GetAsync(Me)).Is(200);
        (await account.SendAsync(HttpMethod.Post, "/api/v1/auth/logout")).Is(204);
        (await account.GetAsync(Me)).IsProblem(401, "unauthenticated");
        (await account.GetAsync(account.Wallet)).IsProblem(401);
        (await api.RefreshAsync(account.RefreshToken)).IsProblem(401, "invalid-grant");
        (await other.GetAsync(Me)).Is(200);
    }

    [Fact]
    public async Task V7_4_5_Signing_out_everywhere_ends_every_session()
    {
        var account = await api.RegisterAsync();
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => api.SignInAsync(account.Email, account.Password)));
        (await others[0].SendAsync(HttpMethod.Post, "/api/v1/auth/logout-all")).Is(204);
        foreach (var session in others.Append(account))
        {
            (await session.GetAsync(Me)).IsProblem(401);
            (await api.RefreshAsync(session.RefreshToken)).IsProblem(401, "invalid-grant");
        }
    }

    [Fact]
    public async Task V7_5_2_Sessions_are_listed_and_ended_one_by_one()
    {
        var account = await api.RegisterAsync();
        var other = await api.SignInAsync(account.Email, account.Password);
        var sessions = (await account.GetAsync("/api/v1/auth/sessions")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(2, sessions.Count);
        Assert.Single(sessions, session => session!["current"]!.GetValue<bool>());
        var victim = sessions.Single(session => !session!["current"]!.GetValue<bool>())!["id"]!.GetValue<string>();
        (await account.SendAsync(HttpMethod.Delete, $"/api/v1/auth/sessions/{victim}")).Is(204);
        (await other.GetAsync(Me)).IsProblem(401);
        (await account.SendAsync(HttpMethod.Delete, $"/api/v1/auth/sessions/{victim}")).IsProblem(404);
        (await account.GetAsync(Me)).Is(200);
    }

    [Fact]
    public async Task The_list_of_sessions_shows_where_each_was_last_used_from()
    {
        var account = await api.RegisterAsync();
        var body = new JsonObject { ["refreshToken"] = account.RefreshToken };
        var refreshed = (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/refresh", body, null, null, ("User-Agent", "Another browser")))
            .Is(200);
        Assert.Equal("Another browser", await AgentAsync(account.Token));
        (await api.RefreshAsync(refreshed.Text("tokens", "refreshToken"))).Is(200);
        Assert.Equal("Another browser", await AgentAsync(account.Token)); // A request without a user agent changes nothing.

        async Task<string> AgentAsync(string token)
        {
            var sessions = (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/sessions", token: token)).Is(200).Json["items"]!.AsArray();
            Assert.Equal("127.0.0.1", Assert.Single(sessions)!["address"]!.GetValue<string>());
            return sessions[0]!["userAgent"]!.GetValue<string>();
        }
    }

    [Fact]
    public async Task V7_2_A_session_of_somebody_else_is_not_found()
    {
        var (account, stranger) = (await api.RegisterAsync(), await api.RegisterAsync());
        var session = ShortTokens.ClaimsOf(account.Token)["sid"]!.GetValue<string>();
        (await stranger.SendAsync(HttpMethod.Delete, $"/api/v1/auth/sessions/{session}")).IsProblem(404);
        (await account.GetAsync(Me)).Is(200);
    }

    [Fact]
    public async Task V9_2_2_A_refresh_token_is_not_a_bearer_token_and_vice_versa()
    {
        var account = await api.RegisterAsync();
        (await api.SendAsync(HttpMethod.Get, Me, token: account.RefreshToken)).IsProblem(401);
        (await api.RefreshAsync(account.Token)).IsProblem(401, "invalid-grant");
    }

    [Fact]
    public async Task V10_4_5_Invented_refresh_tokens_get_the_same_refusal_and_end_nothing()
    {
        var account = await api.RegisterAsync();
        var altered = account.RefreshToken[..^2] + (account.RefreshToken.EndsWith("AA", StringComparison.Ordinal) ? "BA" : "AA");
        var bodies = new List<string>();
        foreach (var token in new[] { altered, "", "prt_", "prt_" + new string('A', 107), new string('x', 5000) })
        {
            var answer = (await api.RefreshAsync(token)).IsProblem(401, "invalid-grant").Json.AsObject();
            answer.Remove("traceId");
            bodies.Add(answer.ToJsonString());
        }

        Assert.Single(bodies.Distinct());
        (await account.GetAsync(Me)).Is(200);
        (await api.RefreshAsync(account.RefreshToken)).Is(200);
    }

    [Fact]
    public async Task V7_4_1_A_live_connection_ends_with_its_session()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        await hub.InvokeAsync("Subscribe", "overview");
        (await account.SendAsync(HttpMethod.Post, "/api/v1/auth/logout")).Is(204);
        await hub.IsClosedAsync(TimeSpan.FromSeconds(30));
    }
}
