using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Oidc;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>What follows where an organisation demands single sign-on: passwords of the platform open nothing of it any more.</summary>
[Singleton]
public sealed class SsoDemand(AccessCache access, OidcProviders providers, IConfiguration configuration)
{
    private readonly Guid? _directory = LdapOptions.Read(configuration)?.OrganisationId;

    public async Task<bool> HoldsAsync(Guid organisationId) => (await access.GetOrganisationAsync(organisationId)).Organisation.RequireSso;

    /// <summary>Whether who signed in by this method has no session there.</summary>
    public async Task<bool> RefusesAsync(Guid organisationId, string method) => SignInMethods.IsOwn(method) && await HoldsAsync(organisationId);

    /// <summary>Whether a session that began so began with a directory or provider that is configured for the organisation.</summary>
    public bool IsMetBy(string method, Guid organisationId) => SignInMethods.FirstOf(method) switch
    {
        SignInMethods.Directory => _directory == organisationId,
        var first when first.StartsWith(SignInMethods.ProviderPrefix, StringComparison.Ordinal) =>
            providers.Find(first[SignInMethods.ProviderPrefix.Length..])?.Options.OrganisationId == organisationId,
        _ => false,
    };
}
