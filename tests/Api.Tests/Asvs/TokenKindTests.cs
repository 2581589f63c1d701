using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Asvs;

/// <summary>A token of one kind is not accepted as another kind (ASVS 5.0, 9.2.2).</summary>
[Collection(ApiCollection.Name)]
public sealed class TokenKindTests(ApiFixture api)
{
    [Fact]
    public async Task V9_2_2_each_kind_of_token_is_accepted_only_for_its_purpose()
    {
        var account = await api.RegisterAsync();
        var other = await api.RegisterAsync();
        await Authenticator.SetUpAsync(account);
        var service = await ServiceAccount.CreateAsync(other, "metrics:read");
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/password/forgot", new JsonObject { ["email"] = account.Email })).Is(204);
        var kinds = new Dictionary<string, string>
        {
            ["access"] = account.Token,
            ["refresh"] = account.RefreshToken,
            ["key"] = service.Key,
            ["mfa"] = (await api.LoginAsync(account.Email, account.Password)).Is(200).Text("mfaToken"),
            ["verification"] = await api.Mail.TokenAsync(account.Email, "Confirm your address"),
            ["reset"] = await api.Mail.TokenAsync(account.Email, "Reset your password"),
        };
        Assert.Equal(kinds.Count, kinds.Values.Distinct().Count());
        foreach (var (kind, token) in kinds)
        {
            if (kind is not ("access" or "key"))
            {
                (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: token)).IsProblem(401, "unauthenticated");
                (await api.SendAsync(HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1", token: token))
                    .IsProblem(401, "unauthenticated");
            }

            foreach (var (of, path, body, code) in new[]
            {
                ("refresh", "refresh", new JsonObject { ["refreshToken"] = token }, "invalid-grant"),
                ("mfa", "login/mfa", new JsonObject { ["mfaToken"] = token, ["code"] = "123456" }, null),
                ("reset", "password/reset",
                    new JsonObject { ["token"] = token, ["newPassword"] = "a password of others" }, "invalid-token"),
                ("verification", "email/verify", new JsonObject { ["token"] = token }, "invalid-token"),
                ("release", "email/free", new JsonObject { ["token"] = token }, "invalid-token"),
                ("invitation", "invitations/accept",
                    new JsonObject { ["token"] = token, ["password"] = "a password of others" }, "invalid-token"),
                ("ticket", "oidc/ticket", new JsonObject { ["ticket"] = token }, null),
            })
            {
                if (of != kind)
                {
                    var answer = await api.SendAsync(HttpMethod.Post, $"/api/v1/auth/{path}", body);
                    answer.IsProblem(answer.Status, code);
                    Assert.Contains(answer.Status, (int[])[400, 401]);
                }
            }
        }

        // None of these attempts used up or ended a token.
        (await account.GetAsync("/api/v1/auth/me")).Is(200);
        (await api.RefreshAsync(account.RefreshToken)).Is(200);
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/email/verify", new JsonObject { ["token"] = kinds["verification"] })).Is(204);
        var reset = new JsonObject { ["token"] = kinds["reset"], ["newPassword"] = "a password of my own" };
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/password/reset", reset)).Is(204);
    }

    /// <summary>Regression: a ticket of the right length with characters outside base64url caused a 500.</summary>
    [Fact]
    public async Task Credentials_with_characters_outside_their_alphabet_are_refused()
    {
        foreach (var character in "*=+/ä ")
        {
            foreach (var (path, body, status) in new[]
            {
                ("login/mfa", new JsonObject { ["mfaToken"] = Token("pmf_", 107), ["code"] = "123456" }, 401),
                ("refresh", new JsonObject { ["refreshToken"] = Token("prt_", 107) }, 401),
                ("password/reset", new JsonObject { ["token"] = Token("pmt_", 87), ["newPassword"] = "a password of others" }, 400),
                ("email/verify", new JsonObject { ["token"] = Token("pmt_", 87) }, 400),
            })
            {
                var answer = await api.SendAsync(HttpMethod.Post, $"/api/v1/auth/{path}", body);
                answer.IsProblem(answer.Status, null);
                Assert.Equal(status, answer.Status);
            }

            string Token(string prefix, int length) => prefix + new string('A', length - 1) + character;
        }
    }
}
