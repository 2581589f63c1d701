using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Passwords;

/// <summary>Passwords: rules, change and reset, and what responses reveal about them.</summary>
[Collection(ApiCollection.Name)]
public sealed class PasswordTests(ApiFixture api)
{
    private const string Reset = "Reset your password";

    [Theory]
    [InlineData("password", "common-password")]
    [InlineData("12345678", "common-password")]
    [InlineData("Password1", "common-password")]
    [InlineData("iloveyou1", "common-password")]
    [InlineData("short 7", "invalid-password")]
    public async Task V6_2_4_Common_and_short_passwords_are_refused(string password, string code) =>
        (await RegisterAsync($"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}@example.test", password)).IsProblem(400, code);

    [Fact]
    public async Task V6_2_8_All_of_128_characters_count_and_a_longer_password_is_refused()
    {
        var email = "long@example.test";
        var password = string.Concat(Enumerable.Repeat("abcdefg ", 16));
        (await RegisterAsync(email, password + "x")).IsProblem(400, "invalid-password");
        (await RegisterAsync(email, password)).Is(201);
        (await api.LoginAsync(email, password)).Is(200);
        (await api.LoginAsync(email, password[..^1] + "!")).IsProblem(401, "invalid-credentials");
        (await api.LoginAsync(email, password[..72])).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task V6_2_5_There_are_no_composition_rules()
    {
        (await RegisterAsync("letters@example.test", "onlylowerletters")).Is(201);
        (await RegisterAsync("spaces@example.test", "\u00e4 \u4e2d\u6587 \ud83d\ude00 and so on")).Is(201);
        (await api.LoginAsync("spaces@example.test", "\u00e4 \u4e2d\u6587 \ud83d\ude00 and so on")).Is(200);
    }

    [Fact]
    public async Task V6_2_3_A_change_needs_the_current_password_and_ends_every_session()
    {
        var account = await api.RegisterAsync();
        var other = await api.SignInAsync(account.Email, account.Password);
        (await ChangeAsync(account, "a wrong password", "a better password")).IsProblem(400, "wrong-password");
        (await ChangeAsync(account, account.Password, "password1")).IsProblem(400, "common-password");
        (await other.GetAsync("/api/v1/auth/me")).Is(200);
        (await ChangeAsync(account, account.Password, "a better password")).Is(204);
        (await other.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await account.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await api.LoginAsync(account.Email, account.Password)).IsProblem(401, "invalid-credentials");
        (await api.LoginAsync(account.Email, "a better password")).Is(200);
    }

    [Fact]
    public async Task V6_4_3_A_reset_by_mail_works_once_and_ends_every_session()
    {
        var account = await api.RegisterAsync();
        (await ForgotAsync(account.Email)).Is(204);
        var token = await api.Mail.TokenAsync(account.Email, Reset);
        (await ResetAsync(token, "password1")).IsProblem(400, "common-password");
        (await ResetAsync(token, "a third password")).Is(204);
        (await ResetAsync(token, "a fourth password")).IsProblem(400, "invalid-token");
        (await account.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await api.LoginAsync(account.Email, account.Password)).IsProblem(401);
        (await api.LoginAsync(account.Email, "a third password")).Is(200);
    }

    /// <summary>A later letter once voided the earlier one, so anybody could prevent another user's reset by requesting letters.</summary>
    [Fact]
    public async Task V6_4_3_Two_resets_are_valid_until_one_is_used_and_of_concurrent_uses_only_one_succeeds()
    {
        var account = await api.RegisterAsync();
        (await ForgotAsync(account.Email)).Is(204);
        var first = await api.Mail.TokenAsync(account.Email, Reset);
        (await ForgotAsync(account.Email)).Is(204);
        var second = await api.Mail.TokenAsync(account.Email, Reset, other: first);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ResetAsync(first, $"password number {i}")));
        Assert.Single(answers, answer => answer.Status == 204);
        (await ResetAsync(second, "a third password")).IsProblem(400, "invalid-token");
    }

    [Fact]
    public async Task V6_3_8_Whether_an_account_exists_is_not_revealed()
    {
        var account = await api.RegisterAsync();
        var known = await ForgotAsync(account.Email);
        var unknown = await ForgotAsync("nobody-at-all@example.test");
        Assert.Equal((204, known.Body), (unknown.Status, unknown.Body));
        await api.Mail.TokenAsync(account.Email, Reset);
        Assert.Equal(0, api.Mail.Count("nobody-at-all@example.test", Reset));
    }

    [Fact]
    public async Task V6_4_A_token_for_another_purpose_resets_nothing()
    {
        var account = await api.RegisterAsync();
        var verification = await api.Mail.TokenAsync(account.Email, "Confirm your address");
        (await ResetAsync(verification, "a third password")).IsProblem(400, "invalid-token");
        (await ResetAsync("pmt_" + new string('A', 87), "a third password")).IsProblem(400, "invalid-token");
        (await ResetAsync("", "a third password")).IsProblem(400, "invalid-token");
        (await api.LoginAsync(account.Email, account.Password)).Is(200);
    }

    private Task<Answer> RegisterAsync(string email, string password) => api.SendAsync(
        HttpMethod.Post, "/api/v1/auth/register",
        new JsonObject { ["email"] = email, ["password"] = password, ["displayName"] = "Some One", ["accountType"] = "individual" });

    private static Task<Answer> ChangeAsync(Account account, string current, string next) =>
        account.PostAsync("/api/v1/auth/password/change", new JsonObject { ["currentPassword"] = current, ["newPassword"] = next });

    private Task<Answer> ForgotAsync(string email) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/password/forgot", new JsonObject { ["email"] = email });

    private Task<Answer> ResetAsync(string token, string password) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/password/reset", new JsonObject { ["token"] = token, ["newPassword"] = password });
}
