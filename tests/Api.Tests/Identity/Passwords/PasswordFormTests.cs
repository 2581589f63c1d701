using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Api.Identity.Passwords;
using Platform.Testing;

namespace Platform.Api.Tests.Identity.Passwords;

/// <summary>A password is the same in composed and decomposed form.</summary>
[Collection(ApiCollection.Name)]
public sealed class PasswordFormTests(ApiFixture api)
{
    private const string Composed = "caf\u00E9 am See";
    private const string Decomposed = "cafe\u0301 am See";

    [Fact]
    public async Task A_password_typed_in_another_form_is_the_same()
    {
        foreach (var (number, set, other) in new[] { (1, Composed, Decomposed), (2, Decomposed, Composed) })
        {
            var email = $"composed{number}@example.test";
            (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/register", new System.Text.Json.Nodes.JsonObject
            {
                ["email"] = email, ["password"] = set, ["displayName"] = "Some One", ["accountType"] = "individual",
            })).Is(201);
            (await api.LoginAsync(email, set)).Is(200);
            (await api.LoginAsync(email, other)).Is(200);
            (await api.LoginAsync(email, "cafe am See")).IsProblem(401, "invalid-credentials");
        }
    }

    [Fact]
    public async Task A_hash_of_a_password_as_typed_still_verifies_and_is_renewed()
    {
        using var passwords = new PasswordHasher();
        var old = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }))
            .HashPassword(this, Decomposed);
        Assert.Equal(Verified.YesButRehash, await passwords.VerifyAsync(old, Decomposed, CancellationToken.None));
        // Earlier builds did not treat the two forms as equal.
        Assert.Equal(Verified.No, await passwords.VerifyAsync(old, Composed, CancellationToken.None));
        Assert.Equal(Verified.No, await passwords.VerifyAsync(old, "cafe\u0301 am sea", CancellationToken.None));
        var renewed = await passwords.HashAsync(Decomposed, CancellationToken.None);
        Assert.Equal(Verified.Yes, await passwords.VerifyAsync(renewed, Composed, CancellationToken.None));
        Assert.Equal(Verified.No, await passwords.VerifyAsync(null, Decomposed, CancellationToken.None));
    }

    [Theory]
    [InlineData("e\u0301", 8, true)]
    [InlineData("e\u0301", 7, false)]
    [InlineData("\U0001F600", 8, true)]
    [InlineData("\U0001F600", 7, false)]
    [InlineData("e\u0301", 128, true)]
    [InlineData("\U0001F600", 128, true)]
    [InlineData("\U0001F600", 129, false)]
    [InlineData("a", 5000, false)]
    public void The_length_of_a_password_is_counted_in_code_points_of_its_normalised_form(string character, int count, bool good) =>
        Assert.Equal(good ? null : "invalid-password", PasswordHasher.Check(string.Concat(Enumerable.Repeat(character, count)))?.Code);

    [Fact]
    public void A_lone_surrogate_in_a_password_is_refused() =>
        Assert.Equal("invalid-password", PasswordHasher.Check("1234567\uD83D")?.Code);

    [Theory]
    [InlineData("keys", "rotate")]
    [InlineData("--openapi", "unused.json")]
    public async Task Without_ICU_the_platform_does_not_start_and_says_why(params string[] words)
    {
        var (exitCode, output) = await PlatformCommand.RunTypingAsync(
            new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" }, "", words);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("The platform needs ICU", output, StringComparison.Ordinal);
    }
}
