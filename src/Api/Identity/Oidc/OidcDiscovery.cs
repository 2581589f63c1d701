using System.Collections.Concurrent;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// Caches discovery documents and keys of providers for an hour. A token with an unknown key triggers a reload, at most every half
/// minute, so that invented keys cannot cause endless requests. Cached data stays valid while a provider is down.
/// </summary>
[Singleton]
public sealed partial class OidcDiscovery(OidcClient client, ILogger<OidcDiscovery> logger)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, ConfigurationManager<OpenIdConnectConfiguration>> _managers = new(StringComparer.Ordinal);

    // By default the manager reloads in the background and returns old data, so the first sign-ins after a provider changed its keys
    // would fail.
    static OidcDiscovery() => AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", isEnabled: true);

    /// <summary>
    /// Returns the provider's discovery document. Throws ProblemException if the provider is unavailable or the document is not valid.
    /// </summary>
    public async Task<OpenIdConnectConfiguration> GetAsync(OidcProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            return await ManagerOf(provider).GetConfigurationAsync(cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            if (exception.InnerException is not ProblemException)
            {
                LogUnusable(logger, provider.Name, exception.InnerException?.Message); // The client has logged its own failures.
            }

            throw new ProblemException(OidcProblems.Unavailable);
        }
    }

    internal ConfigurationManager<OpenIdConnectConfiguration> ManagerOf(OidcProvider provider) =>
        _managers.GetOrAdd(provider.Name, static (_, by) => new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{by.provider.Authority.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration",
            new OidcConfigurationRetriever(by.provider), new Documents(by.client))
        {
            AutomaticRefreshInterval = Lifetime,
            RefreshInterval = ReloadInterval,
            UseLastKnownGoodConfiguration = false, // Otherwise keys that the provider has revoked would still be accepted.
        }, (provider, client));

    private sealed class Documents(OidcClient client) : IDocumentRetriever
    {
        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel) =>
            (await client.GetAsync(new Uri(address), null, cancel)).GetRawText();
    }

    [LoggerMessage(1, LogLevel.Warning, "The OpenID provider {Provider} cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string provider, string? reason);
}
