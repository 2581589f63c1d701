using System.Net;
using System.Text.RegularExpressions;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// A configured provider. IsShared: anybody can have an account there. IsTemplated: the issuer contains the user's tenant.
/// VerifiedClaim is the claim that says whether the e-mail address is verified.
/// </summary>
public sealed record OidcProvider(string Name, OidcOptions Options, Uri Authority, bool IsShared, bool IsTemplated, string VerifiedClaim);

/// <summary>The configured providers by name. Unsafe settings abort the start.</summary>
[Singleton]
public sealed partial class OidcProviders
{
    private readonly Dictionary<string, OidcProvider> _byName = new(StringComparer.Ordinal);

    public OidcProviders(IConfiguration configuration)
    {
        foreach (var section in configuration.GetSection("Auth:Oidc").GetChildren())
        {
            var provider = Create(section.Key, section.Get<OidcOptions>() ?? new OidcOptions());
            Check(provider);
            _byName.Add(provider.Name, provider);
        }
    }

    public IReadOnlyCollection<OidcProvider> All => _byName.Values;

    public OidcProvider? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether the address uses HTTPS, or plain HTTP to this machine.</summary>
    public static bool IsSafe(Uri address) => address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps ||
        (address.Scheme == Uri.UriSchemeHttp &&
         (address.Host == "localhost" || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip)))));

    private static OidcProvider Create(string name, OidcOptions options)
    {
        var ownTenant = Guid.TryParseExact(options.Tenant, "D", out _);
        var (authority, shared, templated, verified) = name switch
        {
            "google" => ("https://accounts.google.com", true, false, "email_verified"),

            // Microsoft has no email_verified. A tenant can set any address; xms_edov says whether its domain was verified.
            "microsoft" => ($"https://login.microsoftonline.com/{options.Tenant}/v2.0", !ownTenant, !ownTenant, "xms_edov"),
            "salesforce" => ("https://login.salesforce.com", true, false, "email_verified"),
            _ => ("", false, false, "email_verified"),
        };
        if (options.Authority.Length > 0)
        {
            (authority, shared, templated) = (options.Authority, false, false);
        }

        return Uri.TryCreate(authority, UriKind.Absolute, out var address)
            ? new OidcProvider(name, options, address, shared, templated, verified)
            : throw Fault(name, "Authority must be the address of the provider.");
    }

    private static void Check(OidcProvider provider)
    {
        var (name, options) = (provider.Name, provider.Options);
        Require(NamePattern().IsMatch(name), name, "a provider's name must have 1 to 32 characters: a-z, 0-9 and -.");
        Require(IsSafe(provider.Authority), name, "Authority must be an https address.");
        Require(options.ClientId.Length > 0, name, "ClientId is missing.");
        Require(options.Scopes.Split(' ').Contains("openid"), name, "Scopes must contain openid.");
        Require(!options.Provision || options.OrganisationId is not null, name, "Provision requires OrganisationId.");
        Require(
            !options.Provision || !provider.IsShared || options.AllowedEmailDomains.Count > 0, name,
            "anybody can have an account there, so Provision requires AllowedEmailDomains.");
        Require(
            options.AllowedReturnUrls.All(text =>
                Uri.TryCreate(text, UriKind.Absolute, out var url) && IsSafe(url) && url.Fragment.Length == 0),
            name, "AllowedReturnUrls must be https addresses without a fragment.");
        Require(options.RoleMap.All(rule => rule.From.Length > 0 && rule.Role.Length > 0), name, "each RoleMap must have From and Role.");
    }

    private static void Require(bool holds, string name, string message)
    {
        if (!holds)
        {
            throw Fault(name, message);
        }
    }

    private static InvalidOperationException Fault(string name, string message) => new($"Auth:Oidc:{name}: {message}");

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex NamePattern();
}
