using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Oidc;
using Platform.Api.Identity.Sessions;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.External;

/// <summary>Signing in with accounts of other providers and of a directory.</summary>
public static class SingleSignOn
{
    public static IServiceCollection AddSingleSignOn(this IServiceCollection services) => services
        .AddSingleton<ExternalIdentityQueries>().AddSingleton<UsedOnceTable>()
        .AddSingleton<Sealing>().AddSingleton<SignInTickets>().AddSingleton<ExternalAccounts>()
        .AddSingleton<OidcProviders>().AddSingleton<OidcClient>().AddSingleton<OidcDiscovery>().AddSingleton<IdTokenVerifier>()
        .AddSingleton<OidcFlows>().AddSingleton<OidcSignIn>().AddSingleton<OidcReturn>()
        .AddSingleton<SsoDemand>().AddSingleton<LdapSignIn>()
        .AddHostedService<SettingsCheck>();

    public static void MapSingleSignOn(this RouteGroupBuilder api)
    {
        api.MapOidc();
        api.MapLdap();
        api.MapIdentities();
    }

    /// <summary>Reads the settings before the first request, so that one that cannot be safe ends the start.</summary>
    private sealed class SettingsCheck : IHostedService
    {
        public SettingsCheck(OidcProviders providers, LdapSignIn ldap)
        {
            ArgumentNullException.ThrowIfNull(providers);
            ArgumentNullException.ThrowIfNull(ldap);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
