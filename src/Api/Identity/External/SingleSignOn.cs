using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Oidc;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.External;

/// <summary>Signing in with accounts of other providers and of a directory.</summary>
[Services]
public static class SingleSignOn
{
    public static void Add(IServiceCollection services) => services.AddHostedService<SettingsCheck>();

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
