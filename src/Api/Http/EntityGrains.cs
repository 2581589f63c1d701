using Orleans.Runtime;
using Platform.Access;
using Platform.Activities;
using Platform.Dealers;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Metrics;
using Platform.Organisations;
using Platform.ServiceAccounts;
using Platform.RateLimits;
using Platform.Wallets;

namespace Platform.Api.Http;

/// <summary>
/// The entities of an organisation by id. The organisation is always the caller's own, so that an id of another
/// organisation names an entity that does not exist.
/// </summary>
[Singleton]
public sealed class EntityGrains(IServiceProvider services)
{
    // Resolved at the first call: the document of the API is written without a cluster.
    private IGrainFactory? _factory;

    public IGrainFactory Factory => _factory ??= services.GetRequiredService<IGrainFactory>();

    public IWalletGrain Wallet(Guid organisationId, Guid id) => Get<IWalletGrain>(new EntityKey(organisationId, id));

    public IWalletFeedGrain WalletFeed(EntityKey wallet) => Get<IWalletFeedGrain>(wallet);

    public IActivityGrain Activity(Guid organisationId, Guid id) => Get<IActivityGrain>(new EntityKey(organisationId, id));

    public IUserGrain User(Guid organisationId, Guid id) => Get<IUserGrain>(new EntityKey(organisationId, id));

    public IUserSessionsGrain Sessions(EntityKey user) => Get<IUserSessionsGrain>(user);

    public IUserCredentialsGrain Credentials(EntityKey user) => Get<IUserCredentialsGrain>(user);

    public IUserMfaGrain Mfa(EntityKey user) => Get<IUserMfaGrain>(user);

    public IServiceAccountGrain ServiceAccount(Guid organisationId, Guid id) => Get<IServiceAccountGrain>(new EntityKey(organisationId, id));

    public IOrganisationGrain Organisation(Guid id) => Get<IOrganisationGrain>(EntityKey.Of(id));

    public IOrganisationMetricsGrain Metrics(Guid id) => Get<IOrganisationMetricsGrain>(EntityKey.Of(id));

    public IActivityCatalogueGrain Catalogue(Guid organisationId) =>
        Get<IActivityCatalogueGrain>(IActivityCatalogueGrain.KeyOf(organisationId));

    public IAccessGrain Access(Guid organisationId) => Get<IAccessGrain>(IAccessGrain.KeyOf(organisationId));

    public IDealersGrain Dealers(Guid organisationId) => Get<IDealersGrain>(IDealersGrain.KeyOf(organisationId));

    public IExternalIdentityGrain ExternalIdentity(EntityKey key) => Get<IExternalIdentityGrain>(key);

    public ILoginNameGrain LoginName(string normalised) => Get<ILoginNameGrain>(Platform.Identity.LoginName.KeyOf(normalised));

    public IRateLimitGrain RateLimit(EntityKey key) => Get<IRateLimitGrain>(key);

    private TGrain Get<TGrain>(EntityKey key)
        where TGrain : IGrainWithStringKey
    {
        var id = key.ToString();
        var kind = Kind<TGrain>.Known ??= Names.Of(Factory.GetGrain<TGrain>(id));
        return (TGrain)Factory.GetGrain(GrainId.Create(kind.Grain, id), kind.Interface);
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface)
    {
        public static Names Of(IAddressable grain) => new(((GrainReference)grain).GrainId.Type, ((GrainReference)grain).InterfaceType);
    }

    // Orleans reads them from the attributes of the interface each time.
    private static class Kind<TGrain>
    {
        public static Names? Known;
    }
}
