using System.Text.Json.Nodes;
using Platform.Api.Tests.Admin;
using Platform.Testing;

namespace Platform.Api.Tests.Identity.Letters;

/// <summary>Letters with tokens: when tokens become invalid, what letters say and where their links lead.</summary>
[Collection(ApiCollection.Name)]
public sealed class LetterTests(ApiFixture api)
{
    private const string Auth = "/api/v1/auth";
    private const string Move = "Confirm your new address";
    private const string Invited = "You are invited";
    private const string Reset = "Reset your password";

    /// <summary>A pending change of address once survived all of these, and gave the account to whoever had requested it.</summary>
    [Theory]
    [InlineData("change")]
    [InlineData("reset")]
    [InlineData("logout-all")]
    [InlineData("disable")]
    public async Task A_pending_address_ends_with_what_it_depends_on(string what)
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        var next = $"pending-{user.UserId}@example.test";
        var token = await AskToMoveAsync(user, next);
        switch (what)
        {
            case "change":
                var change = new JsonObject { ["currentPassword"] = user.Password, ["newPassword"] = "a better password" };
                (await user.PostAsync($"{Auth}/password/change", change)).Is(204);
                break;
            case "reset":
                (await ResetAsync(await ForgetAsync(user.Email), "a better password")).Is(204);
                break;
            case "logout-all":
                (await user.SendAsync(HttpMethod.Post, $"{Auth}/logout-all")).Is(204);
                break;
            default:
                (await owner.PostAsync($"/api/v1/users/{user.UserId}/disable", new JsonObject())).Is(200);
                (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{user.UserId}/enable")).Is(200);
                break;
        }

        (await VerifyAsync(token)).IsProblem(400, "invalid-token");
        (await api.LoginAsync(user.Email, what is "change" or "reset" ? "a better password" : user.Password)).Is(200);
        (await RegisterAsync(next)).Is(201); // The address is free, too.
    }

    [Fact]
    public async Task A_reset_letter_to_the_old_address_does_not_work_after_the_address_was_changed()
    {
        var user = await api.RegisterAsync();
        var reset = await ForgetAsync(user.Email);
        (await VerifyAsync(await AskToMoveAsync(user, $"moved-on-{user.UserId}@example.test"))).Is(204);
        (await ResetAsync(reset, "a better password")).IsProblem(400, "invalid-token");
        Assert.Contains(
            "another e-mail address", await api.Mail.LetterAsync(user.Email, "Your e-mail address was changed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_an_organisation_is_suspended_addresses_cannot_change_but_passwords_can_and_the_token_stays_valid()
    {
        var (admin, user) = (await api.SuperAdminAsync(), await api.RegisterAsync());
        var move = await AskToMoveAsync(user, $"suspended-{user.UserId}@example.test");
        (await SuspendedOrganisation.SuspendAsync(admin, user.OrganisationId)).Is(200);
        (await VerifyAsync(move)).IsProblem(403, "organisation-suspended");
        (await SuspendedOrganisation.RestoreAsync(admin, user.OrganisationId)).Is(200);
        (await VerifyAsync(move)).Is(204);

        var another = await api.RegisterAsync();
        var reset = await ForgetAsync(another.Email);
        (await SuspendedOrganisation.SuspendAsync(admin, another.OrganisationId)).Is(200);
        (await ResetAsync(reset, "a better password")).Is(204);
        (await api.LoginAsync(another.Email, "a better password")).Is(200);
    }

    [Fact]
    public async Task A_link_is_alone_on_its_line_ends_in_the_token_and_ignores_the_host_header()
    {
        var owner = await api.RegisterAsync();
        var forgot = new JsonObject { ["email"] = owner.Email };
        (await api.SendAsync(HttpMethod.Post, $"{Auth}/password/forgot", forgot, headers: ("Host", "evil.example"))).Is(204);
        var invited = $"linked-{owner.UserId}@example.test";
        (await owner.PostAsync("/api/v1/users", new JsonObject { ["email"] = invited, ["displayName"] = "Ben" })).Is(201);
        foreach (var (to, subject, path) in new[]
        {
            (owner.Email, Reset, "reset"), (owner.Email, "Confirm your address", "verify"), (invited, Invited, "join"),
        })
        {
            var token = await api.Mail.TokenAsync(to, subject);
            var letter = await api.Mail.LetterAsync(to, subject);
            Assert.Contains($"{ApiFixture.PublicUrl}/{path}/{token}", letter.Split('\n').Select(line => line.Trim()));
            Assert.DoesNotContain("evil", letter, StringComparison.Ordinal);
        }
    }

    /// <summary>Letters once repeated the name that a stranger registered with, including a link in it.</summary>
    [Fact]
    public async Task No_letter_repeats_a_link_in_a_strangers_name()
    {
        const string Name = "Win at https://evil.example/x";
        var (email, invited) = (
            $"victim-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}@example.test",
            $"invited-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}@example.test");
        var registered = (await RegisterAsync(email, Name)).Is(201);
        var token = registered.Text("tokens", "accessToken");
        (await api.SendAsync(HttpMethod.Post, "/api/v1/users", new JsonObject { ["email"] = invited, ["displayName"] = Name }, token))
            .Is(201);
        await ForgetAsync(email);
        foreach (var (to, subject) in new[] { (email, "Confirm your address"), (email, Reset), (invited, Invited) })
        {
            Assert.DoesNotContain("evil", await api.Mail.LetterAsync(to, subject), StringComparison.Ordinal);
        }

        Assert.Contains(
            "Somebody invites you to join an organisation.", await api.Mail.LetterAsync(invited, Invited), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_names_the_organisation_and_who_invites()
    {
        var owner = await api.RegisterAsync();
        (await owner.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Example & Sons" })).Is(200);
        var invited = $"named-{owner.UserId}@example.test";
        var id = (await owner.PostAsync("/api/v1/users", new JsonObject { ["email"] = invited, ["displayName"] = "Ben" }))
            .Is(201).Text("id");
        Assert.Contains(
            "A User invites you to join Example & Sons.", await api.Mail.LetterAsync(invited, Invited), StringComparison.Ordinal);
        var first = await api.Mail.TokenAsync(invited, Invited);
        (await owner.SendAsync(HttpMethod.Post, $"/api/v1/users/{id}/invitation")).Is(204);
        await api.Mail.TokenAsync(invited, Invited, other: first);
        Assert.Contains(
            "A User invites you to join Example & Sons.", await api.Mail.LetterAsync(invited, Invited), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_report_a_new_password_a_new_place_and_a_new_key()
    {
        const string NewPlace = "New sign-in to your account";
        var owner = await api.RegisterAsync();
        await ServiceAccount.CreateAsync(owner, "metrics:read");
        Assert.Contains(
            "service account export", await api.Mail.LetterAsync(owner.Email, "A new API key was created"), StringComparison.Ordinal);
        (await api.LoginAsync(owner.Email, owner.Password)).Is(200);
        for (var i = 0; i < 2; i++)
        {
            (await api.SendAsync(
                HttpMethod.Post, $"{Auth}/login", new JsonObject { ["email"] = owner.Email, ["password"] = owner.Password },
                headers: ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 https://evil.example")))
                .Is(200);
        }

        var letter = await api.Mail.LetterAsync(owner.Email, NewPlace);
        Assert.Contains("Firefox, address 127.0.0.1", letter, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", letter, StringComparison.Ordinal);
        var change = new JsonObject { ["currentPassword"] = owner.Password, ["newPassword"] = "a better password" };
        (await owner.PostAsync($"{Auth}/password/change", change)).Is(204);
        await api.Mail.LetterAsync(owner.Email, "Your password was changed");
        (await ResetAsync(await ForgetAsync(owner.Email), "an even better password")).Is(204);
        await Eventually.HoldsAsync(
            () => api.Mail.CountAll(owner.Email, "Your password was changed") == 2, TimeSpan.FromSeconds(30),
            "a letter reports the reset too");
        Assert.Equal(1, api.Mail.CountAll(owner.Email, NewPlace));
    }

    private async Task<string> AskToMoveAsync(Account user, string next)
    {
        (await user.PostAsync($"{Auth}/email/change", new JsonObject { ["newEmail"] = next, ["password"] = user.Password })).Is(204);
        return await api.Mail.TokenAsync(next, Move);
    }

    private async Task<string> ForgetAsync(string email)
    {
        (await api.SendAsync(HttpMethod.Post, $"{Auth}/password/forgot", new JsonObject { ["email"] = email })).Is(204);
        return await api.Mail.TokenAsync(email, Reset);
    }

    private Task<Answer> ResetAsync(string token, string password) =>
        api.SendAsync(HttpMethod.Post, $"{Auth}/password/reset", new JsonObject { ["token"] = token, ["newPassword"] = password });

    private Task<Answer> VerifyAsync(string token) =>
        api.SendAsync(HttpMethod.Post, $"{Auth}/email/verify", new JsonObject { ["token"] = token });

    private Task<Answer> RegisterAsync(string email, string name = "Some One") =>
        api.SendAsync(HttpMethod.Post, $"{Auth}/register", new JsonObject
        {
            ["email"] = email, ["password"] = "a long password", ["displayName"] = name, ["accountType"] = "enterprise",
            ["organisationName"] = name,
        });
}
