using Orleans.Runtime;

namespace Platform;

/// <summary>
/// The organisation on whose behalf a grain call is made, carried with the call. The front door sets it after it has
/// authenticated the caller; a silo refuses calls whose organisation is not the one in the entity's key.
/// </summary>
public static class Caller
{
    private const string OrganisationKey = "platform.org";

    /// <summary>The organisation id of the platform itself: it may call any entity, and super admins belong to it.</summary>
    public static readonly Guid Platform = new("00000000-0000-7000-8000-000000000001");

    public static void Set(Guid organisationId) => RequestContext.Set(OrganisationKey, organisationId);

    public static Guid? Organisation => RequestContext.Get(OrganisationKey) as Guid?;
}
