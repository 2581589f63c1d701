using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Registration;

/// <summary>A platform that conceals accounts, limits letters, and whose letters contain no links.</summary>
public sealed class ConcealedTests(ConcealedFixture concealed) : IClassFixture<ConcealedFixture>
{
    private const string Auth = "/api/v1/auth";
    private const string Confirm = "Confirm your address";
    private const string Free = "Free your address";
    private const string Reset = "Reset your password";
    private const string Password = "a long password";

    private static int addresses;

    private ApiFixture Api => concealed.Api;

    /// <summary>A taken address once got 409 within a millisecond.</summary>
    [Fact]
    public async Task A_registration_gets_the_same_202_for_every_address_and_a_letter_tells_the_outcome()
    {
        var email = NewAddress();
        var free = await RegisterAsync(email);
        Assert.Equal((202, "{}"), (free.Status, free.Body));
        var token = await Api.Mail.TokenAsync(email, Confirm);
        (await Api.LoginAsync(email, Password)).IsProblem(401, "invalid-credentials");
        (await VerifyAsync(token)).Is(204);
        (await Api.LoginAsync(email, Password)).Is(200);

        var taken = await RegisterAsync(email.ToUpperInvariant(), "another password");
        Assert.Equal((202, "{}"), (taken.Status, taken.Body));
        Assert.Equal(free.Headers.Keys.Order(StringComparer.Ordinal), taken.Headers.Keys.Order(StringComparer.Ordinal));
        await Api.Mail.LetterAsync(email, "Your address already has an account");
        (await Api.LoginAsync(email, Password)).Is(200);
        (await Api.LoginAsync(email, "another password")).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task An_account_that_was_never_verified_cannot_keep_the_address_from_its_owner()
    {
        var email = NewAddress();
        (await RegisterAsync(email, "the squatters password")).Is(202);
        var first = await Api.Mail.TokenAsync(email, Confirm);
        (await RegisterAsync(email)).Is(202);
        (await Api.SendAsync(HttpMethod.Post, $"{Auth}/email/free", new JsonObject { ["token"] = await Api.Mail.TokenAsync(email, Free) }))
            .Is(204);
        (await RegisterAsync(email)).Is(202);
        (await VerifyAsync(await Api.Mail.TokenAsync(email, Confirm, other: first))).Is(204);
        (await Api.LoginAsync(email, Password)).Is(200);
        (await Api.LoginAsync(email, "the squatters password")).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task A_reset_verifies_a_user_who_never_used_the_first_letter()
    {
        var email = NewAddress();
        (await RegisterAsync(email)).Is(202);
        await Api.Mail.TokenAsync(email, Confirm);
        (await ForgetAsync(email)).Is(204);
        (await ResetAsync(await Api.Mail.TokenAsync(email, Reset), "a better password")).Is(204);
        (await Api.LoginAsync(email, "a better password")).Is(200);
    }

    /// <summary>Seventy letters once reached one address within a minute.</summary>
    [Fact]
    public async Task Strangers_can_trigger_only_a_few_letters_to_one_address_and_do_not_see_the_limit()
    {
        var email = NewAddress();
        (await RegisterAsync(email)).Is(202);
        var first = await Api.Mail.TokenAsync(email, Confirm);
        (await VerifyAsync(first)).Is(204);
        for (var i = 0; i < 10; i++)
        {
            (await ForgetAsync(i % 2 == 0 ? email : email.ToUpperInvariant())).Is(204);
            (await RegisterAsync(email)).Is(202);
        }

        await DoneAsync();
        Assert.Equal(
            ConcealedFixture.PerRecipient,
            Count(Confirm) + Count(Reset) + Count("Your address already has an account"));
        Assert.True(Count(Reset) > 0);

        int Count(string subject) => Api.Mail.CountAll(email, subject);
    }

    [Fact]
    public async Task A_signed_in_user_sees_the_limit_on_letters_and_nothing_is_left_behind()
    {
        var owner = await OpenAsync();
        var path = "/api/v1/users";
        var invited = NewAddress();
        var id = (await owner.PostAsync(path, Invitation(invited))).Is(201).Text("id");
        for (var i = 1; i < ConcealedFixture.PerRecipient; i++)
        {
            (await owner.SendAsync(HttpMethod.Post, $"{path}/{id}/invitation")).Is(204);
        }

        IsRefused(await owner.SendAsync(HttpMethod.Post, $"{path}/{id}/invitation"));

        var full = NewAddress();
        for (var i = 0; i < ConcealedFixture.PerRecipient; i++)
        {
            (await ForgetAsync(full)).Is(204);
        }

        await DoneAsync();
        var wallets = await CountAsync(owner, "/api/v1/wallets");
        IsRefused(await owner.PostAsync(path, Invitation(full)));
        Assert.Equal((2, wallets), (await CountAsync(owner, path), await CountAsync(owner, "/api/v1/wallets")));
        IsRefused(await owner.PostAsync($"{Auth}/email/change", new JsonObject { ["newEmail"] = full, ["password"] = Password }));
        (await owner.PostAsync(path, new JsonObject { ["email"] = full, ["displayName"] = "Ben", ["password"] = Password })).Is(201);

        Answer? refused = null;
        for (var i = 0; i <= ConcealedFixture.PerRecipient && refused?.Status != 429; i++)
        {
            refused = await owner.SendAsync(HttpMethod.Post, $"{Auth}/email/verification");
        }

        IsRefused(refused!);

        // Letters about changes to the account are not counted.
        var change = new JsonObject { ["currentPassword"] = Password, ["newPassword"] = "a better password" };
        (await owner.PostAsync($"{Auth}/password/change", change)).Is(204);
        await Api.Mail.LetterAsync(owner.Email, "Your password was changed");
    }

    [Fact]
    public async Task A_repeated_invitation_with_the_same_key_is_counted_once()
    {
        var owner = await OpenAsync();
        var invited = NewAddress();
        for (var i = 0; i < 2 * ConcealedFixture.PerRecipient; i++)
        {
            (await owner.PostAsync("/api/v1/users", Invitation(invited), $"invite-{invited}")).Is(201);
        }

        Assert.Equal(1, Api.Mail.Count(invited, "You are invited"));
    }

    /// <summary>Guesses by others once locked a user out even after a reset.</summary>
    [Fact]
    public async Task A_completed_reset_lifts_the_lock_on_the_account()
    {
        var owner = await OpenAsync();
        for (var i = 0; i < ConcealedFixture.PerAccount; i++)
        {
            await Api.LoginAsync(owner.Email, "a wrong password");
        }

        await SignOutAsync(owner); // A network with a live session has attempts of its own.
        (await Api.LoginAsync(owner.Email, Password)).IsProblem(429, "rate-limited");
        (await ForgetAsync(owner.Email)).Is(204);
        (await ResetAsync(await Api.Mail.TokenAsync(owner.Email, Reset), "a better password")).Is(204);
        (await Api.LoginAsync(owner.Email, "a better password")).Is(200);
    }

    [Fact]
    public async Task Without_a_public_address_the_token_is_alone_on_its_line_and_the_log_warns_once()
    {
        var email = NewAddress();
        (await RegisterAsync(email)).Is(202);
        var token = await Api.Mail.TokenAsync(email, Confirm);
        Assert.Contains(token, (await Api.Mail.LetterAsync(email, Confirm)).Split('\n').Select(line => line.Trim()));
        Assert.Single(Api.Log.Split('\n'), line => line.Contains("Auth:PublicUrl is not set", StringComparison.Ordinal));
    }

    private static void IsRefused(Answer answer)
    {
        answer.IsProblem(429, "rate-limited");
        Assert.Equal("recipient", Assert.Single(answer.Json["violated-policies"]!.AsArray())!.GetValue<string>());
        Assert.InRange(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 3_600);
    }

    private static string NewAddress() => $"someone{Interlocked.Increment(ref addresses)}@example.test";

    private static JsonObject Invitation(string email) => new() { ["email"] = email, ["displayName"] = "Ben" };

    private static async Task<int> CountAsync(Account account, string path) =>
        (await account.GetAsync(path)).Is(200).Json["items"]!.AsArray().Count;

    private static async Task SignOutAsync(Account account) => (await account.SendAsync(HttpMethod.Post, $"{Auth}/logout-all")).Is(204);

    private async Task<Account> OpenAsync()
    {
        var email = NewAddress();
        (await RegisterAsync(email)).Is(202);
        (await VerifyAsync(await Api.Mail.TokenAsync(email, Confirm))).Is(204);
        return await Api.SignInAsync(email, Password);
    }

    // Deferred work and letters are processed in order: once this letter arrives, all earlier ones are done.
    private async Task DoneAsync()
    {
        var email = NewAddress();
        (await RegisterAsync(email)).Is(202);
        await Api.Mail.TokenAsync(email, Confirm);
    }

    private Task<Answer> RegisterAsync(string email, string password = Password) =>
        Api.SendAsync(HttpMethod.Post, $"{Auth}/register", new JsonObject
        {
            ["email"] = email, ["password"] = password, ["displayName"] = "Some One", ["accountType"] = "enterprise",
        });

    private Task<Answer> ForgetAsync(string email) =>
        Api.SendAsync(HttpMethod.Post, $"{Auth}/password/forgot", new JsonObject { ["email"] = email });

    private Task<Answer> ResetAsync(string token, string password) =>
        Api.SendAsync(HttpMethod.Post, $"{Auth}/password/reset", new JsonObject { ["token"] = token, ["newPassword"] = password });

    private Task<Answer> VerifyAsync(string token) =>
        Api.SendAsync(HttpMethod.Post, $"{Auth}/email/verify", new JsonObject { ["token"] = token });
}

/// <summary>The platform process for these tests.</summary>
public sealed class ConcealedFixture : IAsyncLifetime
{
    public const int PerRecipient = 4;
    public const int PerAccount = 5;

    public ApiFixture Api { get; } = ApiFixture.With(new Dictionary<string, string>
    {
        ["Auth:ConcealAccounts"] = "true",
        ["Auth:PublicUrl"] = "",
        ["RateLimits:PerRecipient"] = $"{PerRecipient}",
        ["RateLimits:PerAccount"] = $"{PerAccount}",
    });

    public Task InitializeAsync() => Api.InitializeAsync();

    public Task DisposeAsync() => Api.DisposeAsync();
}
