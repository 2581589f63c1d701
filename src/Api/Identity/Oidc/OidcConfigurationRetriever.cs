using System.Buffers.Text;
using System.Numerics;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.Configuration;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// Reads a provider's discovery document and then its keys. The library's retriever would read the keys before their address could be
/// checked.
/// </summary>
internal sealed class OidcConfigurationRetriever(OidcProvider provider) : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    /// <summary>The accepted signing algorithms of ID tokens; the provider must list them too.</summary>
    public static readonly IReadOnlyList<string> Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    private const int MinRsaBits = 2048;

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
        string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
        if (!IsOf(configuration.Issuer))
        {
            throw new InvalidConfigurationException($"its issuer is {configuration.Issuer}, not the configured authority.");
        }

        string?[] required = [configuration.AuthorizationEndpoint, configuration.TokenEndpoint, configuration.JwksUri];
        if (!required.All(IsSafe) || !(string.IsNullOrEmpty(configuration.UserInfoEndpoint) || IsSafe(configuration.UserInfoEndpoint)))
        {
            throw new InvalidConfigurationException("an address in its discovery document is missing or unsafe.");
        }

        configuration.JsonWebKeySet = JsonWebKeySet.Create(await retriever.GetDocumentAsync(configuration.JwksUri, cancel));
        foreach (var key in configuration.JsonWebKeySet.Keys.Where(IsUsable))
        {
            key.X5c.Clear(); // Otherwise the library would use the key of the certificate instead of the checked one.
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }

    /// <summary>
    /// Finds the key of a token; without a key id, the only key of the algorithm. Returns null if there is none, or more than one.
    /// </summary>
    public static SecurityKey? Find(OpenIdConnectConfiguration configuration, string? kid, string algorithm)
    {
        var type = algorithm == SecurityAlgorithms.RsaSha256 ? JsonWebAlgorithmsKeyTypes.RSA : JsonWebAlgorithmsKeyTypes.EllipticCurve;
        var found = configuration.SigningKeys.OfType<JsonWebKey>()
            .Where(key => key.Kty == type && (string.IsNullOrEmpty(kid) || key.Kid == kid)).Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsUsable(JsonWebKey key) => key.Use is null or "" or JsonWebKeyUseNames.Sig && (key.Kty switch
    {
        JsonWebAlgorithmsKeyTypes.RSA => key.Alg is null or "" or SecurityAlgorithms.RsaSha256 && BitsOf(key.N) >= MinRsaBits,
        JsonWebAlgorithmsKeyTypes.EllipticCurve =>
            key.Alg is null or "" or SecurityAlgorithms.EcdsaSha256 && key.Crv == JsonWebKeyECTypes.P256,
        _ => false,
    });

    private static long BitsOf(string? number) => number is { Length: > 0 } && Base64Url.IsValid(number)
        ? new BigInteger(Base64Url.DecodeFromChars(number), isUnsigned: true, isBigEndian: true).GetBitLength()
        : 0;

    // A templated issuer gets its tenant from the token. Any other issuer must equal the authority exactly.
    private bool IsOf(string? issuer) => provider.IsTemplated
        ? issuer == "https://login.microsoftonline.com/{tenantid}/v2.0"
        : issuer == provider.Options.Authority || issuer == provider.Authority.AbsoluteUri ||
          issuer == provider.Authority.AbsoluteUri.TrimEnd('/');

    // Plain HTTP only if the provider itself is configured with it, on this machine.
    private bool IsSafe(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && OidcProviders.IsSafe(address) &&
        (address.Scheme == Uri.UriSchemeHttps || provider.Authority.Scheme == Uri.UriSchemeHttp);
}
