using System.Buffers.Text;
using System.Numerics;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.Configuration;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// Reads what a provider says about itself, and then its keys. The retriever of the library would read the keys before anybody could
/// look at where they are.
/// </summary>
internal sealed class OidcConfigurationRetriever(OidcProvider provider) : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    /// <summary>The algorithms of ID tokens that are accepted, of those that a provider names.</summary>
    public static readonly IReadOnlyList<string> Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    private const int MinRsaBits = 2048;

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
        if (!IsOf(configuration.Issuer))
        {
            throw new InvalidConfigurationException($"it calls itself {configuration.Issuer}.");
        }

        string?[] required = [configuration.AuthorizationEndpoint, configuration.TokenEndpoint, configuration.JwksUri];
        if (!required.All(IsSafe) || !(string.IsNullOrEmpty(configuration.UserInfoEndpoint) || IsSafe(configuration.UserInfoEndpoint)))
        {
            throw new InvalidConfigurationException("an address that it names is missing or not safe.");
        }

        configuration.JsonWebKeySet = JsonWebKeySet.Create(await retriever.GetDocumentAsync(configuration.JwksUri, cancel));
        foreach (var key in configuration.JsonWebKeySet.Keys.Where(IsUsable))
        {
            key.X5c.Clear(); // The library would take the key of the certificate in place of the one that was looked at.
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }

    /// <summary>The key of a token; without an id, the only one of the algorithm. Null where there is none, or more than one.</summary>
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
        JsonWebAlgorithmsKeyTypes.EllipticCurve => key.Alg is null or "" or SecurityAlgorithms.EcdsaSha256 && key.Crv == JsonWebKeyECTypes.P256,
        _ => false,
    });

    private static long BitsOf(string? number) => number is { Length: > 0 } && Base64Url.IsValid(number)
        ? new BigInteger(Base64Url.DecodeFromChars(number), isUnsigned: true, isBigEndian: true).GetBitLength()
        : 0;

    // A template names the tenant that a token's own claim fills in; everyone else's issuer is the authority to the letter.
    private bool IsOf(string? issuer) => provider.IsTemplated
        ? issuer == "https://login.microsoftonline.com/{tenantid}/v2.0"
        : issuer == provider.Options.Authority || issuer == provider.Authority.AbsoluteUri || issuer == provider.Authority.AbsoluteUri.TrimEnd('/');

    // Plain HTTP only where the provider itself is asked so, on this machine.
    private bool IsSafe(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && OidcProviders.IsSafe(address) &&
        (address.Scheme == Uri.UriSchemeHttps || provider.Authority.Scheme == Uri.UriSchemeHttp);
}
