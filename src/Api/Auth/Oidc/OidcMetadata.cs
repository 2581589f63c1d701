using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Platform.Api.Auth.Oidc;

/// <summary>What a provider says about itself in its discovery document, as far as it is used.</summary>
public sealed record OidcMetadata(
    string Issuer,
    Uri AuthorizationEndpoint,
    Uri TokenEndpoint,
    Uri JwksUri,
    Uri? UserInfoEndpoint,
    IReadOnlyList<string> Algorithms,
    bool UsesBasic,
    bool SendsIssuer)
{
    /// <summary>Null where the document is not one of this provider or lacks something.</summary>
    public static OidcMetadata? Read(JsonElement json, OidcProvider provider)
    {
        var issuer = json.Text("issuer");
        var methods = json.Texts("token_endpoint_auth_methods_supported");
        string[] known = ["RS256", "ES256"];
        var (authorization, token, jwks) = (Address(json, "authorization_endpoint", provider), Address(json, "token_endpoint", provider), Address(json, "jwks_uri", provider));
        return issuer is not null && IsOf(issuer, provider) && authorization is not null && token is not null && jwks is not null
            ? new OidcMetadata(
                issuer, authorization, token, jwks, Address(json, "userinfo_endpoint", provider),
                [.. json.Texts("id_token_signing_alg_values_supported").Intersect(known)],
                methods.Count == 0 || methods.Contains("client_secret_basic"),
                json.IsTrue("authorization_response_iss_parameter_supported"))
            : null;
    }

    // A template names the tenant that a token's own claim fills in; everyone else's issuer is the authority to the letter.
    private static bool IsOf(string issuer, OidcProvider provider) => provider.IsTemplated
        ? issuer == "https://login.microsoftonline.com/{tenantid}/v2.0"
        : issuer == provider.Options.Authority || issuer == provider.Authority.AbsoluteUri || issuer == provider.Authority.AbsoluteUri.TrimEnd('/');

    // Plain HTTP only where the provider itself is asked so, on this machine.
    private static Uri? Address(JsonElement json, string name, OidcProvider provider) =>
        Uri.TryCreate(json.Text(name), UriKind.Absolute, out var address) && OidcProviders.IsSafe(address) &&
        (address.Scheme == Uri.UriSchemeHttps || provider.Authority.Scheme == Uri.UriSchemeHttp) ? address : null;
}

/// <summary>A public key of a provider. Issuer is set where the provider ties a key to one tenant or template.</summary>
public sealed record OidcKey(string? Kid, string Algorithm, string? Issuer, Func<byte[], byte[], bool> Verifies)
{
    private const int MinRsaBits = 2048;

    /// <summary>The key, or null where it does not sign, is too weak, or is of another kind than RS256 and ES256 need.</summary>
    public static OidcKey? Read(JsonElement json)
    {
        var (kid, use, algorithm, issuer) = (json.Text("kid"), json.Text("use"), json.Text("alg"), json.Text("issuer"));
        if (use is not (null or "sig"))
        {
            return null;
        }

        try
        {
            return (json.Text("kty"), algorithm) switch
            {
                ("RSA", null or "RS256") => Rsa(json) is { } rsa
                    ? new OidcKey(kid, "RS256", issuer, (data, signature) => VerifyRsa(rsa, data, signature))
                    : null,
                ("EC", null or "ES256") when json.Text("crv") == "P-256" => Ec(json) is { } ec
                    ? new OidcKey(kid, "ES256", issuer, (data, signature) => VerifyEc(ec, data, signature))
                    : null,
                _ => null,
            };
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static RSA? Rsa(JsonElement json)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(json, "n"), Exponent = Bytes(json, "e") });
        if (rsa.KeySize >= MinRsaBits)
        {
            return rsa;
        }

        rsa.Dispose();
        return null;
    }

    private static ECDsa Ec(JsonElement json) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Bytes(json, "x"), Y = Bytes(json, "y") },
    });

    private static bool VerifyRsa(RSA key, byte[] data, byte[] signature)
    {
        lock (key)
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    private static bool VerifyEc(ECDsa key, byte[] data, byte[] signature)
    {
        lock (key)
        {
            return signature.Length == 64 && key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    private static byte[] Bytes(JsonElement json, string name) => Base64Url.DecodeFromChars(json.Text(name) ?? "");
}
