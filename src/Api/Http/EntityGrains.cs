using Platform.Grains.Engine.Registration;

namespace Platform.Api.Http;

/// <summary>Finds the grain of an entity by its key. Endpoints use <c>Call.Grain</c>, which stays in the caller's organisation.</summary>
[Singleton]
public sealed class EntityGrains(IServiceProvider services)
{
    // Resolved at the first call, because the OpenAPI document is written without a cluster.
    private IGrainFactory? _factory;

    public IGrainFactory Factory => _factory ??= services.GetRequiredService<IGrainFactory>();

    public TGrain Of<TGrain>(Guid organisationId, Guid id)
        where TGrain : IGrainWithStringKey => Of<TGrain>(new EntityKey(organisationId, id));

    public TGrain Of<TGrain>(EntityKey key)
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

    // Cached, because Orleans reads the attributes of the interface each time.
    private static class Kind<TGrain>
    {
        public static Names? Known;
    }
}
