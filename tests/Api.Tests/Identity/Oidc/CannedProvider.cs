using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Platform.Api.Identity.Oidc;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>A provider without a network: a test sets its documents, and it signs whatever a test asks for.</summary>
internal sealed class CannedProvider : HttpMessageHandler
{
    public const string Nonce = "nonce-of-this-sign-in";
    private const string ClientId = "our-client";

    public CannedProvider(string name = "canned", string? authority = "https://login.example.test")
    {
        var settings = new Dictionary<string, string?>
        {
            [$"Auth:Oidc:{name}:ClientId"] = ClientId, [$"Auth:Oidc:{name}:Authority"] = authority,
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Where(setting => setting.Value is not null)).Build();
        Provider = new OidcProviders(configuration).Find(name)!;
        Metadata = new JsonObject
        {
            ["issuer"] = authority ?? "https://login.microsoftonline.com/{tenantid}/v2.0",
            ["authorization_endpoint"] = "https://login.example.test/authorize",
            ["token_endpoint"] = "https://login.example.test/token",
            ["jwks_uri"] = "https://login.example.test/keys",
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256", "ES256"),
        };
        Claims = new JsonObject
        {
            ["iss"] = authority, ["sub"] = "ada-4711", ["aud"] = ClientId, ["nonce"] = Nonce, ["email"] = "ada@example.test",
        };
        Issue(TimeProvider.System.GetUtcNow());
    }

    public OidcProvider Provider { get; }

    public JsonObject Metadata { get; }

    public List<JsonObject> Keys { get; } = [];

    /// <summary>The claims of a valid token.</summary>
    public JsonObject Claims { get; }

    public bool IsDown { get; set; }

    public int KeyReads { get; private set; }

    /// <summary>A public key as it appears in the provider's key set.</summary>
    public static JsonObject Public(RSA key, string? kid) => Named(kid, new JsonObject
    {
        ["kty"] = "RSA",
        ["n"] = Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: false).Modulus),
        ["e"] = Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: false).Exponent),
    });

    public static JsonObject Public(ECDsa key, string curve, string? kid) => Named(kid, new JsonObject
    {
        ["kty"] = "EC",
        ["crv"] = curve,
        ["x"] = Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: false).Q.X),
        ["y"] = Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: false).Q.Y),
    });

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public string Sign(RSA key, string? kid) =>
        Sign(key, Named(kid, new JsonObject { ["alg"] = "RS256" }).ToJsonString(), Claims.ToJsonString());

    public static string Sign(RSA key, string header, string claims)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public string Sign(ECDsa key, string kid)
    {
        var signed = $"{Encode(Named(kid, new JsonObject { ["alg"] = "ES256" }).ToJsonString())}.{Encode(Claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public void Issue(DateTimeOffset at) => (Claims["iat"], Claims["exp"]) = (at.ToUnixTimeSeconds(), at.ToUnixTimeSeconds() + 300);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var keys = request.RequestUri!.AbsolutePath == "/keys";
        KeyReads += keys ? 1 : 0;
        var body = keys ? new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => key.DeepClone())]) } : Metadata;
        return Task.FromResult(IsDown
            ? new HttpResponseMessage(HttpStatusCode.BadGateway)
            : new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
            });
    }

    private static JsonObject Named(string? kid, JsonObject json)
    {
        if (kid is not null)
        {
            json["kid"] = kid;
        }

        return json;
    }
}
