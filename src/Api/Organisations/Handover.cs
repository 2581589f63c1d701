using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Organisations;

/// <summary>
/// Hands an organisation to another of its users. The organisation decides; then the new owner gets the owner's tier, and the former owner
/// becomes an administrator, a role that the new owner can take away. Every step can be repeated: after a failure, either owner repeats
/// the request and it continues where it stopped.
/// </summary>
[Singleton]
public sealed class Handover(EntityGrains grains, AccessCache access)
{
    private static readonly Grant Administrator = new("admin");

    /// <summary>From is the owner who asks for it; null if a super admin does. The caller of grain calls must be set.</summary>
    public async Task<Result<OrganisationView>> RunAsync(Guid organisationId, CommandContext context, Guid userId, Guid? from)
    {
        var organisation = grains.Of<IOrganisationGrain>(EntityKey.Of(organisationId));
        var standing = await organisation.AskAsync(static grain => grain.GetAsync());
        if (!standing.IsSuccess)
        {
            return standing;
        }

        // Check the caller first, so that others learn nothing about users. A finished handover no longer needs an active user.
        if (standing.Value.OwnerId != userId &&
            (from is not null && from != standing.Value.OwnerId
                ? OrganisationErrors.NotOwner
                : await RefusalOfAsync(organisationId, userId)) is { } refusal)
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
            failed = await SetTierAsync(
                new EntityKey(organisationId, former), new SetTier(context.Step("former-owner"), UserTier.SubUser, Administrator));
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

    // The founder of an organisation may never have become a user of it.
    private async Task<Error?> SetTierAsync(EntityKey user, SetTier command)
    {
        var set = await grains.Of<IUserGrain>(user).AskAsync(command, static (grain, command) => grain.SetTierAsync(command));
        access.Forget(user);
        return set.IsSuccess || set.Error.Kind == ErrorKind.NotFound ? null : set.Error;
    }
}
