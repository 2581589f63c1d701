using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Asvs;

/// <summary>Tokens signed with the platform's own key that must still be refused (ASVS 5.0, 9.1 and 9.2).</summary>
[Collection(ApiCollection.Name)]
public sealed class TokenClaimTests(ApiFixture api, SharedCallers callers) : IClassFixture<SharedCallers>
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task V9_1_1_a_forged_token_without_faults_is_accepted()
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        await AcceptedAsync(forge.Sign(Forge.Claims(account)));
        await AcceptedAsync(forge.Sign($$"""{"kid":"{{forge.Kid}}","alg":"ES256"}""", Forge.Claims(account).ToJsonString()));
    }

    [Theory]
    [InlineData("\"jku\":\"https://evil.example/keys\"")]
    [InlineData("\"x5u\":\"https://evil.example/certificate\"")]
    [InlineData("\"x5c\":[\"MIIB\"]")]
    [InlineData("\"x5t\":\"AAAA\"")]
    [InlineData("\"crit\":[\"exp\"]")]
    [InlineData("\"crit\":[]")]
    [InlineData("\"b64\":false")]
    [InlineData("\"zip\":\"DEF\"")]
    [InlineData("\"cty\":\"JWT\"")]
    [InlineData("\"enc\":\"A256GCM\"")]
    [InlineData("\"alg\":\"none\"")]
    [InlineData("\"alg\":\"ES256\"")]
    [InlineData("\"Alg\":\"none\"")]
    [InlineData("\"kid\":\"other\"")]
    [InlineData("\"typ\":\"JWT\"")]
    public async Task V9_1_3_a_header_with_additional_members_is_refused(string member)
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        await RefusedAsync(forge.Sign(forge.Head("," + member), Forge.Claims(account).ToJsonString()));
    }

    [Fact]
    public async Task V9_1_3_a_key_in_the_token_is_not_trusted()
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Encode(point.X!)}}","y":"{{Encode(point.Y!)}}","kid":"{{forge.Kid}}"}""";
        foreach (var head in new[]
        {
            forge.Head($",\"jwk\":{jwk}"),
            $$"""{"alg":"ES256","typ":"JWT","jwk":{{jwk}}}""",
            $$"""{"alg":"ES256","kid":"mine","typ":"JWT","jwk":{{jwk}}}""",
        })
        {
            await RefusedAsync(Forge.Sign(own, head, Forge.Claims(account).ToJsonString()));
        }

        static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("\"../../../dev/null\"")]
    [InlineData("\"/proc/self/environ\"")]
    [InlineData("\"' OR '1'='1\"")]
    [InlineData("\"x' UNION SELECT private_key FROM signing_key --\"")]
    [InlineData("\"| id\"")]
    [InlineData("\"\\u0000\"")]
    [InlineData("\"https://evil.example/key\"")]
    public async Task V9_1_3_a_key_id_finds_one_of_our_keys_or_nothing(string kid)
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (head, claims) = ($$"""{"alg":"ES256","kid":{{kid}},"typ":"JWT"}""", Forge.Claims(account).ToJsonString());
        await RefusedAsync(forge.Sign(head, claims));
        await RefusedAsync(Forge.Sign(own, head, claims));
    }

    [Fact]
    public async Task V9_1_1_a_token_under_the_id_of_another_generation_of_the_key_is_refused()
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        var published = (await api.SendAsync(HttpMethod.Get, "/.well-known/jwks.json")).Is(200).Json["keys"]!.AsArray()
            .Select(key => key!["kid"]!.GetValue<string>()).ToList();
        Assert.Contains(forge.Kid, published);
        var others = published.Where(kid => kid != forge.Kid).ToList();
        Assert.NotEmpty(others);
        foreach (var kid in others)
        {
            await RefusedAsync(forge.Sign($$"""{"alg":"ES256","kid":"{{kid}}","typ":"JWT"}""", Forge.Claims(account).ToJsonString()));
        }
    }

    [Fact]
    public async Task V9_2_1_each_claim_must_appear_once_and_no_other_claim_may()
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        var text = Forge.Claims(account).ToJsonString();
        foreach (var (name, value) in Forge.Claims(account))
        {
            var without = Forge.Claims(account);
            without.Remove(name);
            await RefusedAsync(forge.Sign(without));
            var none = Forge.Claims(account);
            none[name] = null;
            await RefusedAsync(forge.Sign(none));
            await RefusedAsync(forge.Sign(forge.Head(), $"{text[..^1]},\"{name}\":{value!.ToJsonString()}}}"));
            await RefusedAsync(forge.Sign(forge.Head(), $"{{\"{name}\":{value.ToJsonString()},{text[1..]}"));
        }

        var later = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        foreach (var more in new[]
        {
            $"\"nbf\":{later}", "\"nbf\":0", "\"role\":\"super-admin\"", "\"tier\":\"superAdmin\"", "\"permissions\":[\"platform:write\"]",
            "\"Sub\":\"x\"",
        })
        {
            await RefusedAsync(forge.Sign(forge.Head(), $"{text[..^1]},{more}}}"));
        }
    }

    [Theory]
    [InlineData("exp", "\"4102444800\"")]
    [InlineData("exp", "1e20")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "0")]
    [InlineData("exp", "9223372036854775807")]
    [InlineData("exp", "1.5")]
    [InlineData("iat", "-1")]
    [InlineData("iat", "4102444800")]
    [InlineData("auth_time", "4102444800")]
    [InlineData("auth_time", "-9223372036854775808")]
    [InlineData("iss", "\"someone\"")]
    [InlineData("iss", "\"Platform\"")]
    [InlineData("iss", "[\"platform\"]")]
    [InlineData("aud", "\"something\"")]
    [InlineData("aud", "[\"platform-api\"]")]
    [InlineData("aud", "\"\"")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "\"*\"")]
    [InlineData("sub", "[]")]
    [InlineData("sub", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("org", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("sid", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("acr", "2")]
    [InlineData("pe", "\"0\"")]
    public async Task V9_2_1_a_claim_with_a_wrong_format_time_or_party_is_refused(string claim, string value)
    {
        var account = await callers.OwnerAsync();
        await using var forge = await Forge.OpenAsync(api);
        var claims = Forge.Claims(account);
        claims[claim] = JsonNode.Parse(value);
        await RefusedAsync(forge.Sign(claims));
    }

    [Fact]
    public async Task V7_2_1_a_session_is_valid_only_for_its_own_user_and_organisation_until_it_ends()
    {
        var (account, other) = (await api.RegisterAsync(), await api.RegisterAsync());
        var colleague = await api.AddUserAsync(account);
        await using var forge = await Forge.OpenAsync(api);
        foreach (var (claim, value) in new[]
        {
            ("sub", other.UserId), ("sub", colleague.UserId), ("org", other.OrganisationId),
            ("sid", Forge.Claims(other)["sid"]!.GetValue<string>()),
            ("sid", Forge.Claims(colleague)["sid"]!.GetValue<string>()),
            ("sid", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString()),
        })
        {
            var claims = Forge.Claims(account);
            claims[claim] = value;
            await RefusedAsync(forge.Sign(claims));
        }

        var before = forge.Sign(Forge.Claims(account));
        await AcceptedAsync(before);
        (await account.SendAsync(HttpMethod.Post, "/api/v1/auth/logout")).Is(204);
        await RefusedAsync(before);
        await RefusedAsync(forge.Sign(Forge.Claims(account))); // A token that no process has cached.
    }

    private async Task AcceptedAsync(string token) => (await api.SendAsync(HttpMethod.Get, Me, token: token)).Is(200);

    private async Task RefusedAsync(string token)
    {
        (await api.SendAsync(HttpMethod.Get, Me, token: token)).IsProblem(401, "unauthenticated");
        (await api.SendAsync(HttpMethod.Get, Me, token: token)).IsProblem(401, "unauthenticated"); // Also on the second attempt.
    }
}
