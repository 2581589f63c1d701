using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity;

/// <summary>Opening an account, signing in, and the first super admin.</summary>
[Collection(ApiCollection.Name)]
public sealed class AuthTests(ApiFixture api)
{
    [Fact]
    public async Task A_registered_user_can_sign_in_and_sees_their_own_account()
    {
        var account = await api.RegisterAsync("EUR");
        var tokens = (await LoginAsync(account.Email.ToUpperInvariant(), account.Password)).Is(200);
        Assert.Equal(900, tokens.Json["tokens"]!["expiresIn"]!.GetValue<int>());
        Assert.Equal("Bearer", tokens.Text("tokens", "tokenType"));
        var me = (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: tokens.Text("tokens", "accessToken"))).Is(200);
        Assert.Equal(account.UserId, me.Text("user", "id"));
        Assert.Equal(account.Email, me.Text("user", "email"));
        Assert.Equal(account.OrganisationId, me.Text("organisation", "id"));
        Assert.Equal("EUR", me.Text("organisation", "currency"));
        Assert.Equal("enterprise", me.Json["roles"]![0]!.GetValue<string>());
        Assert.Contains("wallets:charge", me.Json["permissions"]!.AsArray().Select(permission => permission!.GetValue<string>()));
        Assert.DoesNotContain("assword", me.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_failed_sign_in_gets_the_same_401()
    {
        var account = await api.RegisterAsync();
        var bodies = new List<string>();
        foreach (var (email, password) in new[]
        {
            (account.Email, "wrong password"), ("nobody@example.test", account.Password), ("no address", "x"), (account.Email, ""),
            (account.Email, new string('p', 5000)),
        })
        {
            var answer = (await LoginAsync(email, password)).IsProblem(401, "invalid-credentials").Json.AsObject();
            answer.Remove("traceId");
            bodies.Add(answer.ToJsonString());
        }

        Assert.Single(bodies.Distinct());
    }

    [Fact]
    public async Task An_address_has_one_account()
    {
        var account = await api.RegisterAsync();
        (await RegisterAsync(account.Email.ToUpperInvariant(), "another password", null)).IsProblem(409, "email-taken");
    }

    [Fact]
    public async Task Of_concurrent_registrations_of_one_address_only_one_succeeds()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => RegisterAsync("race@example.test", $"password number {i}", null)));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsProblem(409, "email-taken"));
    }

    [Fact]
    public async Task A_repeated_registration_returns_the_same_account()
    {
        var first = (await RegisterAsync("again@example.test", "a long password", "reg-1")).Is(201);
        var again = (await RegisterAsync("again@example.test", "a long password", "reg-1")).Is(201);
        Assert.Equal(first.Text("user", "id"), again.Text("user", "id"));
        Assert.Equal(first.Text("wallet", "id"), again.Text("wallet", "id"));
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_repetition_with_the_key_but_another_password_gets_no_token()
    {
        (await RegisterAsync("keyed@example.test", "a long password", "reg-2")).Is(201);
        var answer = (await RegisterAsync("keyed@example.test", "a guessed password", "reg-2")).IsProblem(422, "idempotency-key-reused");
        Assert.DoesNotContain("accessToken", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_identical_registrations_create_one_account()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => RegisterAsync("burst@example.test", "a long password", "reg-3")));
        Assert.All(answers, answer => answer.Is(201));
        Assert.Single(answers.Select(answer => answer.Text("user", "id")).Distinct());
    }

    [Fact]
    public async Task The_first_start_creates_a_super_admin_with_the_given_password()
    {
        var tokens = (await LoginAsync("admin@platform.local", "the-admins-password")).Is(200);
        var me = (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: tokens.Text("tokens", "accessToken"))).Is(200);
        Assert.Equal("superAdmin", me.Text("user", "tier"));
        Assert.Equal("platform", me.Text("organisation", "kind"));
        Assert.DoesNotContain("the-admins-password", api.Log, StringComparison.Ordinal);
    }

    private Task<Answer> LoginAsync(string email, string password) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password });

    private Task<Answer> RegisterAsync(string email, string password, string? key) => api.SendAsync(
        HttpMethod.Post,
        "/api/v1/auth/register",
        new JsonObject { ["email"] = email, ["password"] = password, ["displayName"] = "Some One", ["accountType"] = "individual" },
        key: key);
}
