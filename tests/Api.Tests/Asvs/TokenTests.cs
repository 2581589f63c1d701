using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Tokens;
using Platform.Storage.Engine;
using Platform.Storage.Identity;
using Platform.Testing;

namespace Platform.Api.Tests.Asvs;

/// <summary>Tokens that must be refused.</summary>
[Collection(ApiCollection.Name)]
public sealed class TokenTests(ApiFixture api)
{
    [Fact]
    public async Task V9_2_1_A_token_has_exactly_the_claims_of_the_contract()
    {
        var claims = Part((await api.RegisterAsync()).Token, 1);
        Assert.Equal(
            ["acr", "aud", "auth_time", "exp", "iat", "iss", "jti", "org", "pe", "sid", "sub"],
            claims.AsObject().Select(claim => claim.Key).Order(StringComparer.Ordinal));
        Assert.Equal(900, claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>());
    }

    [Fact]
    public async Task V9_1_2_A_token_without_a_signature_is_refused()
    {
        var account = await api.RegisterAsync();
        var payload = account.Token.Split('.')[1];
        foreach (var algorithm in new[] { "none", "None", "NONE", "" })
        {
            var head = Encode($$"""{"alg":"{{algorithm}}","kid":"{{Kid(account)}}","typ":"JWT"}""");
            await RefusedAsync($"{head}.{payload}.");
            await RefusedAsync($"{head}.{payload}.{account.Token.Split('.')[2]}");
        }

        await RefusedAsync($"{account.Token.Split('.')[0]}.{payload}.");
        await RefusedAsync($"{account.Token.Split('.')[0]}.{payload}");
    }

    [Fact]
    public async Task V9_1_2_A_token_signed_with_the_public_key_as_a_secret_is_refused()
    {
        var account = await api.RegisterAsync();
        var key = (await api.SendAsync(HttpMethod.Get, "/.well-known/jwks.json")).Is(200).Json["keys"]![0]!;
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(key["x"]!.GetValue<string>()),
                Y = Base64Url.DecodeFromChars(key["y"]!.GetValue<string>()),
            },
        });
        var signed = $"{Encode($$"""{"alg":"HS256","kid":"{{Kid(account)}}","typ":"JWT"}""")}.{account.Token.Split('.')[1]}";
        foreach (var secret in new[] { ecdsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(ecdsa.ExportSubjectPublicKeyInfoPem()) })
        {
            await RefusedAsync($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
        }
    }

    [Fact]
    public async Task V9_1_1_An_altered_claim_is_refused()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        (await account.GetAsync("/api/v1/auth/me")).Is(200);
        var parts = account.Token.Split('.');
        var claims = Part(account.Token, 1);
        claims["org"] = other.OrganisationId;
        claims["sub"] = other.UserId;
        await RefusedAsync($"{parts[0]}.{Encode(claims.ToJsonString())}.{parts[2]}");
    }

    [Fact]
    public async Task V9_1_3_A_token_of_an_unknown_key_is_refused()
    {
        var account = await api.RegisterAsync();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var kid in new[] { "unknown", Kid(account), "../../etc/passwd", "" })
        {
            var signed = $"{Encode($$"""{"alg":"ES256","kid":"{{kid}}","typ":"JWT"}""")}.{account.Token.Split('.')[1]}";
            var signature = own.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
            await RefusedAsync($"{signed}.{Base64Url.EncodeToString(signature)}");
        }
    }

    [Fact]
    public async Task V9_1_3_A_header_that_brings_its_own_key_is_refused()
    {
        var account = await api.RegisterAsync();
        var parts = account.Token.Split('.');
        var head = Encode($$"""{"alg":"ES256","kid":"{{Kid(account)}}","typ":"JWT","jku":"https://evil.example/keys"}""");
        await RefusedAsync($"{head}.{parts[1]}.{parts[2]}");
    }

    [Fact]
    public async Task V9_2_1_Signed_tokens_that_are_expired_not_yet_valid_too_long_or_for_others_are_refused()
    {
        await using var database = new PlatformDatabase(api.ConnectionString);
        using var keys = new SigningKeys(
            new SigningKeyTable(database, TestSecrets.Box), Options.Create(new TokenOptions()), TimeProvider.System);
        await keys.LoadAsync(CancellationToken.None);
        var account = await api.RegisterAsync();
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var good = new AccessToken(
            Guid.Parse(account.UserId), Guid.Parse(account.OrganisationId),
            Guid.Parse(ShortTokens.ClaimsOf(account.Token)["sid"]!.GetValue<string>()),
            Guid.CreateVersion7(now), now, now.AddMinutes(15), "aal1", now, 0);
        string Sign(AccessToken token, TokenOptions? options = null) =>
            new TokenSigner(keys, Options.Create(options ?? new TokenOptions()), TimeProvider.System).Sign(token);

        (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", token: Sign(good))).Is(200);
        var past = now.AddHours(-1);
        await RefusedAsync(Sign(good with { IssuedAt = past, AuthTime = past, ExpiresAt = past.AddMinutes(15) }));
        await RefusedAsync(Sign(good with { IssuedAt = now.AddMinutes(5), AuthTime = now, ExpiresAt = now.AddMinutes(20) }));
        await RefusedAsync(Sign(good with { ExpiresAt = now.AddDays(1) }));
        await RefusedAsync(Sign(good, new TokenOptions { Issuer = "someone" }));
        await RefusedAsync(Sign(good, new TokenOptions { Audience = "something" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d")]
    [InlineData("\u00e9.\u00e9.\u00e9")]
    public Task V9_1_1_Nonsense_is_refused(string token) => RefusedAsync(token);

    [Fact]
    public Task V9_1_1_A_very_long_token_is_refused() => RefusedAsync(new string('a', 5000));

    [Fact]
    public async Task V14_2_1_A_token_in_the_query_opens_no_route()
    {
        var account = await api.RegisterAsync();
        (await api.SendAsync(HttpMethod.Get, $"/api/v1/auth/me?access_token={account.Token}")).IsProblem(401, "unauthenticated");
    }

    private async Task RefusedAsync(string token) =>
        (await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", headers: ("Authorization", $"Bearer {token}")))
            .IsProblem(401, "unauthenticated");

    private static string Kid(Account account) => Part(account.Token, 0)["kid"]!.GetValue<string>();

    private static JsonNode Part(string token, int index) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[index]))!;

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
