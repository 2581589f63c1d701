using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Letters;

/// <summary>The pages that letters link to.</summary>
[Collection(ApiCollection.Name)]
public sealed class LetterPageTests(ApiFixture api)
{
    [Fact]
    public async Task Opening_a_page_does_not_use_the_token_but_its_button_does()
    {
        var account = await api.RegisterAsync();
        var path = $"/verify/{await api.Mail.TokenAsync(account.Email, "Confirm your address")}";
        for (var look = 0; look < 3; look++)
        {
            (await api.SendAsync(HttpMethod.Head, path)).Is(200);
            var page = IsPage(await api.SendAsync(HttpMethod.Get, path), 200);
            Assert.Contains("<form method=\"post\">", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        }

        Assert.False(await IsVerifiedAsync(account));
        Assert.Contains("is confirmed", IsPage(await PostAsync(path, ""), 200).Body, StringComparison.Ordinal);
        Assert.True(await IsVerifiedAsync(account));
        Assert.Contains("This did not work", IsPage(await PostAsync(path, ""), 400).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_reset_on_its_page_and_a_weak_one_does_not_use_the_token()
    {
        var account = await api.RegisterAsync();
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/password/forgot", new JsonObject { ["email"] = account.Email })).Is(204);
        var path = $"/reset/{await api.Mail.TokenAsync(account.Email, "Reset your password")}";
        Assert.Contains("type=\"password\"", IsPage(await PostAsync(path, "password=password1"), 400).Body, StringComparison.Ordinal);
        IsPage(await PostAsync(path, ""), 400);
        IsPage(await PostAsync(path, "password=a+better+p%C3%A4ssword"), 200);
        (await api.LoginAsync(account.Email, "a better p\u00e4ssword")).Is(200);
    }

    [Fact]
    public async Task An_invitation_is_accepted_on_its_page()
    {
        var owner = await api.RegisterAsync();
        var invited = $"page-{owner.UserId}@example.test";
        (await owner.PostAsync("/api/v1/users", new JsonObject { ["email"] = invited, ["displayName"] = "Ben" })).Is(201);
        IsPage(await PostAsync($"/join/{await api.Mail.TokenAsync(invited, "You are invited")}", "password=a+password+of+his+own"), 200);
        (await api.LoginAsync(invited, "a password of his own")).Is(200);
    }

    [Fact]
    public async Task An_address_is_freed_on_its_page()
    {
        var squatter = await api.RegisterAsync();
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/register", new JsonObject
        {
            ["email"] = squatter.Email, ["password"] = "a long password", ["displayName"] = "B", ["accountType"] = "individual",
        })).IsProblem(409, "email-taken");
        var path = $"/free/{await api.Mail.TokenAsync(squatter.Email, "Free your address")}";
        IsPage(await api.SendAsync(HttpMethod.Get, path), 200);
        (await squatter.GetAsync("/api/v1/auth/me")).Is(200);
        IsPage(await PostAsync(path, ""), 200);
        (await squatter.GetAsync("/api/v1/auth/me")).IsProblem(401);
    }

    [Fact]
    public async Task An_invalid_form_or_token_is_refused()
    {
        (await api.SendAsync(HttpMethod.Post, "/verify/x", new JsonObject { ["a"] = 1 })).IsProblem(415, "unsupported-media-type");
        (await PostAsync("/reset/x", $"password={new string('x', 20_000)}")).IsProblem(413, "body-too-large");
        IsPage(await PostAsync("/verify/x", ""), 400);
        IsPage(await PostAsync("/reset/pmt_x", "password=a+better+password"), 400);
        Assert.DoesNotContain("<b>", IsPage(await api.SendAsync(HttpMethod.Get, "/verify/%3Cb%3E"), 200).Body, StringComparison.Ordinal);
        (await api.SendAsync(HttpMethod.Get, "/verify")).IsProblem(404);
    }

    private static Answer IsPage(Answer answer, int status)
    {
        Assert.Equal("text/html", answer.Is(status).MediaType);
        Assert.Contains("form-action 'self'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(("no-referrer", "no-store"), (answer.Header("Referrer-Policy"), answer.Header("Cache-Control")));
        return answer;
    }

    private Task<Answer> PostAsync(string path, string form) =>
        api.SendRawAsync(HttpMethod.Post, path, form, null, null, "application/x-www-form-urlencoded");

    private static async Task<bool> IsVerifiedAsync(Account account) =>
        (await account.GetAsync("/api/v1/auth/me")).Is(200).Json["user"]!["emailVerified"]!.GetValue<bool>();
}
