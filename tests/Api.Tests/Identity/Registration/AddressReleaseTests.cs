using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Registration;

/// <summary>An account that never verified its address cannot keep it from whoever reads its mail.</summary>
[Collection(ApiCollection.Name)]
public sealed class AddressReleaseTests(ApiFixture api)
{
    private const string Confirm = "Confirm your address";
    private const string Free = "Free your address";

    [Fact]
    public async Task The_letter_frees_the_address_and_ends_the_sessions_of_its_holder()
    {
        var squatter = await api.RegisterAsync();
        var confirm = await api.Mail.TokenAsync(squatter.Email, Confirm);
        (await RegisterAsync(squatter.Email.ToUpperInvariant())).IsProblem(409, "email-taken");
        var token = await api.Mail.TokenAsync(squatter.Email, Free);
        (await squatter.GetAsync("/api/v1/auth/me")).Is(200); // Nothing changes before the token is used.
        (await FreeAsync(token)).Is(204);
        (await FreeAsync(token)).Is(204); // A repetition gets the same response.
        (await squatter.GetAsync("/api/v1/auth/me")).IsProblem(401);
        (await api.RefreshAsync(squatter.RefreshToken)).IsProblem(401, "invalid-grant");
        (await api.LoginAsync(squatter.Email, squatter.Password)).IsProblem(401, "invalid-credentials");
        (await VerifyAsync(confirm)).IsProblem(400, "invalid-token");

        (await RegisterAsync(squatter.Email)).Is(201);
        (await VerifyAsync(await api.Mail.TokenAsync(squatter.Email, Confirm, other: confirm))).Is(204);
        (await api.LoginAsync(squatter.Email, "the owners password")).Is(200);
        (await FreeAsync(token)).Is(204); // The stored response; the new owner keeps the address.
        (await api.LoginAsync(squatter.Email, "the owners password")).Is(200);
    }

    [Fact]
    public async Task A_verified_account_keeps_its_address()
    {
        var owner = await api.RegisterAsync();
        (await RegisterAsync(owner.Email)).IsProblem(409, "email-taken");
        var token = await api.Mail.TokenAsync(owner.Email, Free);
        (await VerifyAsync(await api.Mail.TokenAsync(owner.Email, Confirm))).Is(204);
        (await FreeAsync(token)).IsProblem(400, "invalid-token");
        (await RegisterAsync(owner.Email)).IsProblem(409, "email-taken");
        var other = await api.RegisterAsync();
        (await RegisterAsync(other.Email)).IsProblem(409, "email-taken");
        await api.Mail.TokenAsync(other.Email, Free); // Letters are written in order, so the earlier one is done too.
        Assert.Equal(1, api.Mail.Count(owner.Email, Free));
        (await owner.GetAsync("/api/v1/auth/me")).Is(200);
    }

    [Fact]
    public async Task Of_concurrent_release_and_verification_only_one_succeeds()
    {
        for (var round = 0; round < 5; round++)
        {
            var account = await api.RegisterAsync();
            (await RegisterAsync(account.Email)).IsProblem(409, "email-taken");
            var (confirm, free) = (await api.Mail.TokenAsync(account.Email, Confirm), await api.Mail.TokenAsync(account.Email, Free));
            var answers = await Task.WhenAll(VerifyAsync(confirm), FreeAsync(free));
            Assert.Equal([204, 400], answers.Select(answer => answer.Status).Order());
            Assert.Equal(answers[0].Status == 204 ? 200 : 401, (await api.LoginAsync(account.Email, account.Password)).Status);
        }
    }

    [Fact]
    public async Task The_audit_log_of_the_former_holder_does_not_contain_the_owners_ip_address()
    {
        var squatter = await api.RegisterAsync();
        var admin = await api.AddUserAsync(squatter, "admin");
        (await RegisterAsync(squatter.Email)).IsProblem(409, "email-taken");
        (await FreeAsync(await api.Mail.TokenAsync(squatter.Email, Free))).Is(204);
        var entries = (await admin.GetAsync("/api/v1/audit-log?action=user.address-released")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(squatter.Email, Assert.Single(entries)!["details"]!["email"]!.GetValue<string>());
        Assert.DoesNotContain("127.0.0.1", entries.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<Answer> FreeAsync(string token) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/email/free", new JsonObject { ["token"] = token });

    private Task<Answer> VerifyAsync(string token) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/email/verify", new JsonObject { ["token"] = token });

    private Task<Answer> RegisterAsync(string email) => api.SendAsync(HttpMethod.Post, "/api/v1/auth/register", new JsonObject
    {
        ["email"] = email, ["password"] = "the owners password", ["displayName"] = "The Owner", ["accountType"] = "individual",
    });
}
