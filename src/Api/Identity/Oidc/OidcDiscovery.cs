using System.Collections.Concurrent;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// Discovery documents and keys of the providers, kept for an hour. A token whose key is not known makes them be read again, at most
/// every half minute, so that tokens with invented keys cannot make this ask without end. What was known holds while a provider is down.
/// </summary>
[Singleton]
public sealed partial class OidcDiscovery(OidcClient client, ILogger<OidcDiscovery> logger)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, ConfigurationManager<OpenIdConnectConfiguration>> _managers = new(StringComparer.Ordinal);

    // By default the manager reads in the background and answers with what it has, so that the first sign-ins after a provider has
    // changed its keys would fail.
    static OidcDiscovery() => AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", isEnabled: true);

    /// <summary>What the provider says about itself. One that cannot be asked, or is another than it should be, ends the request.</summary>
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
                LogUnusable(logger, provider.Name, exception.InnerException?.Message); // The client has told of the others.
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
            UseLastKnownGoodConfiguration = false, // It would go on to accept a key that the provider has taken back.
        }, (provider, client));

    private sealed class Documents(OidcClient client) : IDocumentRetriever
    {
        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel) =>
            (await client.GetAsync(new Uri(address), null, cancel)).GetRawText();
    }

    [LoggerMessage(1, LogLevel.Warning, "The OpenID provider {Provider} cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string provider, string? reason);
}
