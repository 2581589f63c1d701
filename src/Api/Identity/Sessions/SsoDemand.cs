using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Oidc;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Sessions;

/// <summary>Enforces single sign-on for organisations that require it: passwords of the platform no longer give access to them.</summary>
[Singleton]
public sealed class SsoDemand(AccessCache access, OidcProviders providers, IConfiguration configuration)
{
    private readonly Guid? _directory = LdapOptions.Read(configuration)?.OrganisationId;

    public async Task<bool> IsRequiredAsync(Guid organisationId) =>
        (await access.GetOrganisationAsync(organisationId)).Organisation.RequireSso;

    /// <summary>Whether the organisation does not allow sessions that began with this method.</summary>
    public async Task<bool> RefusesAsync(Guid organisationId, string method) =>
        SignInMethods.IsOwn(method) && await IsRequiredAsync(organisationId);

    /// <summary>Whether a session with this method began with a directory or provider that is configured for the organisation.</summary>
    public bool IsMetBy(string method, Guid organisationId) => SignInMethods.FirstOf(method) switch
    {
        SignInMethods.Directory => _directory == organisationId,
        var first when first.StartsWith(SignInMethods.ProviderPrefix, StringComparison.Ordinal) =>
            providers.Find(first[SignInMethods.ProviderPrefix.Length..])?.Options.OrganisationId == organisationId,
        _ => false,
    };
}
