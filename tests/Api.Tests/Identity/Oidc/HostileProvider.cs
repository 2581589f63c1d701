using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Testing;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>
/// An OpenID provider that sends invalid tokens on demand. The authorization code contains the kind of lie and the nonce, so the provider
/// needs no memory.
/// </summary>
internal sealed class HostileProvider : IAsyncDisposable
{
    public const string ClientId = "client-of-hostile";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RSA _strangers = RSA.Create(2048);
    private readonly WebApplication _app;
    private int _keyReads;
    private int _foreignKeyReads;

    private HostileProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePorts.Next()}");
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Json(Metadata(Issuer)));
        _app.MapGet("/impostor/.well-known/openid-configuration", () => Json(Metadata("https://accounts.google.com")));
        _app.MapGet("/jwks", () =>
        {
            Interlocked.Increment(ref _keyReads);
            return Json(new JsonObject { ["keys"] = new JsonArray(Jwk(_rsa, "rsa-1")) });
        });
        _app.MapGet("/foreign-keys", () =>
        {
            Interlocked.Increment(ref _foreignKeyReads);
            return Json(new JsonObject { ["keys"] = new JsonArray(Jwk(_strangers, "stranger")) });
        });
        _app.MapPost("/token", async (HttpRequest request) =>
        {
            var code = (await request.ReadFormAsync())["code"].ToString().Split('~');
            return code[0] switch
            {
                "error" => Json(
                    new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "<script>raw text of the provider</script>" },
                    400),
                "broken" => Results.Text("this is no json"),
                "down" => Results.StatusCode(502),
                _ => Json(new JsonObject
                {
                    ["access_token"] = "an-access-token", ["token_type"] = "Bearer", ["id_token"] = Token(code[0], code[1]),
                }),
            };
        });
    }

    public string Issuer => _app.Urls.First();

    public int KeyReads => Volatile.Read(ref _keyReads);

    public int ForeignKeyReads => Volatile.Read(ref _foreignKeyReads);

    public static async Task<HostileProvider> StartAsync()
    {
        var provider = new HostileProvider();
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _strangers.Dispose();
    }

    private JsonObject Metadata(string issuer) => new()
    {
        ["issuer"] = issuer,
        ["authorization_endpoint"] = $"{Issuer}/authorize",
        ["token_endpoint"] = $"{Issuer}/token",
        ["jwks_uri"] = $"{Issuer}/jwks",
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256", "HS256", "none"),
        ["authorization_response_iss_parameter_supported"] = true,
    };

    private string Token(string lie, string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = "rsa-1", ["typ"] = "JWT" };
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "somebody",
            ["aud"] = ClientId,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = nonce,
            ["email"] = "somebody@hostile.test",
            ["email_verified"] = true,
            ["at_hash"] = Base64Url.EncodeToString(SHA256.HashData("an-access-token"u8).AsSpan(0, 16)),
        };
        switch (lie)
        {
            case "alg-none" or "alg-none-with-signature":
                header["alg"] = "none";
                break;
            case "hs256":
                header["alg"] = "HS256";
                break;
            case "rs512":
                header["alg"] = "RS512";
                break;
            case "other-issuer":
                claims["iss"] = "https://accounts.google.com";
                break;
            case "other-audience":
                claims["aud"] = "client-of-somebody-else";
                break;
            case "several-audiences":
                claims["aud"] = new JsonArray(ClientId, "client-of-somebody-else");
                break;
            case "other-party":
                (claims["aud"], claims["azp"]) = (new JsonArray(ClientId, "client-of-somebody-else"), "client-of-somebody-else");
                break;
            case "own-party":
                (claims["aud"], claims["azp"]) = (new JsonArray(ClientId, "client-of-somebody-else"), ClientId);
                break;
            case "expired":
                (claims["iat"], claims["exp"]) = (now - 400, now - 100);
                break;
            case "future":
                (claims["iat"], claims["exp"]) = (now + 400, now + 900);
                break;
            case "old":
                (claims["iat"], claims["exp"]) = (now - 100_000, now + 300);
                break;
            case "no-expiry":
                claims.Remove("exp");
                break;
            case "other-nonce":
                claims["nonce"] = nonce[1..] + "A";
                break;
            case "no-nonce":
                claims.Remove("nonce");
                break;
            case "other-access-token":
                claims["at_hash"] = Base64Url.EncodeToString(SHA256.HashData("another-token"u8).AsSpan(0, 16));
                break;
            case "no-subject":
                claims.Remove("sub");
                break;
            case "unknown-key":
                (header["kid"], header["jku"]) = ("stranger", $"{Issuer}/foreign-keys");
                break;
            case "key-in-header":
                (header["kid"], header["jwk"]) = ("stranger", Jwk(_strangers, "stranger"));
                break;
            case "key-of-stranger":
                (header["jku"], header["x5u"]) = ($"{Issuer}/foreign-keys", $"{Issuer}/foreign-keys");
                break;
            case "critical-header":
                header["crit"] = new JsonArray("exp");
                break;
        }

        var payload = claims.ToJsonString();
        var signed = $"{Encode(header.ToJsonString())}.{Encode(lie == "doubled-claim" ? $"{{\"sub\":\"ada\",{payload[1..]}" : payload)}";
        var signature = lie switch
        {
            "alg-none" => "",
            "hs256" => Base64Url.EncodeToString(
                HMACSHA256.HashData(Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(signed))),
            "unknown-key" or "key-in-header" or "key-of-stranger" => Sign(_strangers, signed),
            "rs512" => Base64Url.EncodeToString(
                _rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
            _ => Sign(_rsa, signed),
        };
        var altered = payload.Replace("somebody", "somebodx", StringComparison.Ordinal);
        return lie == "altered" ? $"{Encode(header.ToJsonString())}.{Encode(altered)}.{signature}" : $"{signed}.{signature}";
    }

    private static string Sign(RSA key, string text) =>
        Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static JsonObject Jwk(RSA key, string kid)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = kid,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    private static IResult Json(JsonObject body, int status = 200) =>
        Results.Text(body.ToJsonString(), "application/json", Encoding.UTF8, status);
}
