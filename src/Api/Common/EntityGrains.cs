using Platform.Activities;
using Platform.Identity;
using Platform.Metrics;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Common;

/// <summary>
/// The entities of an organisation by id. The organisation is always the caller's own, so that an id of another
/// organisation names an entity that does not exist.
/// </summary>
public sealed class EntityGrains(IServiceProvider services)
{
    // Resolved at the first call: the document of the API is written without a cluster.
    private IGrainFactory? _factory;

    public IGrainFactory Factory => _factory ??= services.GetRequiredService<IGrainFactory>();

    public IWalletGrain Wallet(Guid organisationId, Guid id) => Factory.GetGrain<IWalletGrain>(Key(organisationId, id));

    public IActivityGrain Activity(Guid organisationId, Guid id) => Factory.GetGrain<IActivityGrain>(Key(organisationId, id));

    public IUserGrain User(Guid organisationId, Guid id) => Factory.GetGrain<IUserGrain>(Key(organisationId, id));

    public IOrganisationGrain Organisation(Guid id) => Factory.GetGrain<IOrganisationGrain>(EntityKey.Of(id).ToString());

    public IOrganisationMetricsGrain Metrics(Guid id) => Factory.GetGrain<IOrganisationMetricsGrain>(EntityKey.Of(id).ToString());

    public IActivityCatalogueGrain Catalogue(Guid organisationId) =>
        Factory.GetGrain<IActivityCatalogueGrain>(IActivityCatalogueGrain.KeyOf(organisationId).ToString());

    public ILoginNameGrain LoginName(string normalised) => Factory.GetGrain<ILoginNameGrain>(Platform.Identity.LoginName.KeyOf(normalised).ToString());

    private static string Key(Guid organisationId, Guid id) => new EntityKey(organisationId, id).ToString();
}
