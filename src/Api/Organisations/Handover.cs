using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Organisations;

/// <summary>
/// Hands an organisation to another of its users. The organisation decides; then the tier of the owner passes on, and the former owner
/// keeps the role of an administrator, which the new one can take. Each step may be taken again: whoever repeats the request after a
/// failure goes on where it stopped, the former owner and the new one too.
/// </summary>
[Singleton]
public sealed class Handover(EntityGrains grains, AccessCache access)
{
    private static readonly Grant Administrator = new("admin");

    /// <summary>From is who asks for it as the owner; null where a super admin does. Expects that the caller of grain calls is set.</summary>
    public async Task<Result<OrganisationView>> RunAsync(Guid organisationId, CommandContext context, Guid userId, Guid? from)
    {
        var organisation = grains.Of<IOrganisationGrain>(EntityKey.Of(organisationId));
        var standing = await organisation.AskAsync(static grain => grain.GetAsync());
        if (!standing.IsSuccess)
        {
            return standing;
        }

        // Whoever may not ask learns nothing of who is there. A handover that stands needs nobody to be active any more.
        if (standing.Value.OwnerId != userId &&
            (from is not null && from != standing.Value.OwnerId ? OrganisationErrors.NotOwner : await RefusalOfAsync(organisationId, userId)) is { } refusal)
        {
            return refusal;
        }

        var command = new HandOverOrganisation(context, userId, from);
        var handed = await organisation.AskAsync(command, static (grain, command) => grain.HandOverAsync(command));
        access.Forget(EntityKey.Of(organisationId));
        if (!handed.IsSuccess)
        {
            return handed.Error;
        }

        var failed = await SetTierAsync(new EntityKey(organisationId, userId), new SetTier(context.Step("owner"), UserTier.Enterprise));
        if (failed is null && handed.Value.FormerOwnerId is { } former)
        {
            failed = await SetTierAsync(new EntityKey(organisationId, former), new SetTier(context.Step("former-owner"), UserTier.SubUser, Administrator));
        }

        return failed is null ? handed.Map(one => one.Organisation) : failed;
    }

    private async Task<Error?> RefusalOfAsync(Guid organisationId, Guid userId)
    {
        var user = await grains.Of<IUserGrain>(organisationId, userId).AskAsync(static grain => grain.GetAsync());
        return user.IsSuccess ? user.Value.Status == UserStatus.Active ? null : IdentityErrors.NotActive
            : user.Error.Kind == ErrorKind.NotFound ? OrganisationErrors.UnknownUser
            : user.Error;
    }

    // Whoever founded an organisation need not have become a user of it.
    private async Task<Error?> SetTierAsync(EntityKey user, SetTier command)
    {
        var set = await grains.Of<IUserGrain>(user).AskAsync(command, static (grain, command) => grain.SetTierAsync(command));
        access.Forget(user);
        return set.IsSuccess || set.Error.Kind == ErrorKind.NotFound ? null : set.Error;
    }
}
