using System.Text.Json.Nodes;
using Platform.Identity;

namespace Platform.Api.Tests.Fixtures;

/// <summary>
/// The authenticator app of an account. It returns the code of each time step once: the current one, then the next, which the allowed skew
/// accepts. Tests that need a third code use recovery codes instead of waiting.
/// </summary>
internal sealed class Authenticator(byte[] seed)
{
    private long _last;

    public byte[] Seed => seed;

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    /// <summary>Sets up a second factor for an account that has just signed in.</summary>
    public static async Task<Authenticator> SetUpAsync(Account account)
    {
        var begun = (await account.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/totp")).Is(200);
        var seed = new byte[Totp.SeedLength];
        Assert.True(Base32.TryDecode(begun.Text("secret"), seed));
        Assert.Contains($"secret={begun.Text("secret")}&", begun.Text("otpauthUri"), StringComparison.Ordinal);
        var app = new Authenticator(seed);
        var confirmed = (await ConfirmAsync(account, app.Code())).Is(200);
        app.RecoveryCodes = [.. confirmed.Json["recoveryCodes"]!.AsArray().Select(code => code!.GetValue<string>())];
        return app;
    }

    public static Task<Answer> ConfirmAsync(Account account, string code) =>
        account.SendAsync(HttpMethod.Post, "/api/v1/auth/mfa/totp/confirm", new JsonObject { ["code"] = code });

    public string Code()
    {
        _last = Math.Max(_last + 1, Totp.StepAt(TimeProvider.System.GetUtcNow()));
        return Totp.CodeAt(seed, _last);
    }

    /// <summary>A code that is wrong now and for several minutes.</summary>
    public string WrongCode()
    {
        var now = Totp.StepAt(TimeProvider.System.GetUtcNow());
        var right = Enumerable.Range(-10, 21).Select(offset => Totp.CodeAt(seed, now + offset)).ToHashSet();
        return Enumerable.Range(0, 100).Select(number => $"{number:D6}").First(code => !right.Contains(code));
    }
}
