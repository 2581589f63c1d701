using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Identity.Mfa;

/// <summary>Sends the requests of users with a second factor: to sign in, and to step up.</summary>
internal sealed class MfaClient(ApiFixture api)
{
    public async Task<string> TicketAsync(Account account) =>
        (await api.LoginAsync(account.Email, account.Password)).Is(200).Text("mfaToken");

    public Task<Answer> LoginAsync(string ticket, string code) =>
        api.SendAsync(HttpMethod.Post, "/api/v1/auth/login/mfa", new JsonObject { ["mfaToken"] = ticket, ["code"] = code });

    public async Task<Account> SignInAsync(Account account, string code)
    {
        var answer = (await LoginAsync(await TicketAsync(account), code)).Is(200);
        return account with { Token = answer.Text("tokens", "accessToken"), RefreshToken = answer.Text("tokens", "refreshToken") };
    }

    public static Task<Answer> StepUpAsync(Account account, string? password = null, string? code = null)
    {
        var body = new JsonObject();
        if (password is not null)
        {
            body["password"] = password;
        }

        if (code is not null)
        {
            body["code"] = code;
        }

        return account.SendAsync(HttpMethod.Post, "/api/v1/auth/step-up", body);
    }
}
