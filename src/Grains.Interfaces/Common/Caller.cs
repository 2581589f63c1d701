namespace Platform;

/// <summary>
/// The organisation that a grain call acts for; it travels with the call. The front door sets it once it has authenticated the caller.
/// A silo refuses a call if its organisation differs from the one in the entity's key.
/// </summary>
public static class Caller
{
    private const string OrganisationKey = "platform.org";

    /// <summary>The organisation id of the platform itself. It may call any entity; super admins belong to it.</summary>
    public static readonly Guid Platform = new("00000000-0000-7000-8000-000000000001");

    public static void Set(Guid organisationId) => RequestContext.Set(OrganisationKey, organisationId);

    public static Guid? Organisation => RequestContext.Get(OrganisationKey) as Guid?;
}
