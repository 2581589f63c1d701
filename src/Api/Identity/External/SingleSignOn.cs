using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Oidc;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.External;

/// <summary>Registers sign-in with identity providers and a directory.</summary>
[Services]
public static class SingleSignOn
{
    public static void Add(IServiceCollection services) => services.AddHostedService<SettingsCheck>();

    /// <summary>Reads the settings before the first request, so that unsafe settings abort the start.</summary>
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
