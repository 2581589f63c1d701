using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Identity.Registration;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.External;

/// <summary>
/// A user whom a provider or directory has authenticated. OrganisationId is where the provider's accounts are created if Provision is
/// set. Roles are those of the user's groups; null if groups do not determine roles.
/// </summary>
public sealed record ExternalSignIn(
    ExternalIdentity Identity, bool EmailVerified, string? DisplayName, Guid? OrganisationId, bool Provision, IReadOnlyList<string>? Roles);

/// <summary>
/// Finds the account of an external identity. An unknown identity never gets access to an existing account unless its user links it. It
/// gets a new account if the provider is configured for that and has verified the e-mail address.
/// </summary>
[Singleton]
public sealed class ExternalAccounts(EntityGrains grains, LoginNames logins, AccountRegistration registration, TimeProvider time)
{
    public async Task<Result<LoginOwner>> ResolveAsync(ExternalSignIn signIn, Origin origin, CancellationToken cancellationToken)
    {
        Caller.Set(Caller.Platform);
        var owner = await Grain(signIn.Identity).AskAsync(static grain => grain.FindAsync());
        if (!owner.IsSuccess && owner.Error.Kind == ErrorKind.NotFound)
        {
            owner = await ResolveUnknownAsync(signIn, origin, cancellationToken);
        }

        // Groups of one organisation must not change the roles of another's user who linked the identity.
        return owner.IsSuccess ? await ApplyGroupsAsync(owner.Value, signIn.OrganisationId, signIn.Roles, origin) : owner;
    }

    /// <summary>Links an identity to the signed-in user.</summary>
    public async Task<Result<LoginOwner>> LinkAsync(ExternalIdentity identity, LoginOwner user, Origin origin)
    {
        Caller.Set(Caller.Platform);
        var context = new CommandContext(Caller.Platform, user.UserId, OperationId.Fresh(time), origin);
        var command = new LinkExternalIdentity(context, user.OrganisationId, user.UserId, identity);
        return await Grain(identity).AskAsync(command, static (grain, command) => grain.LinkAsync(command));
    }

    /// <summary>
    /// Removes a link. The identity belongs to the platform; the command names the user, so nobody can remove another user's link.
    /// </summary>
    public async Task<Result<LoginOwner>> UnlinkAsync(Guid id, LoginOwner user, Origin origin)
    {
        Caller.Set(Caller.Platform);
        var context = new CommandContext(Caller.Platform, user.UserId, OperationId.Fresh(time), origin);
        return await grains.Of<IExternalIdentityGrain>(Caller.Platform, id).AskAsync(
            new UnlinkExternalIdentity(context, user.OrganisationId, user.UserId), static (grain, command) => grain.UnlinkAsync(command));
    }

    /// <summary>Gives a user of this organisation the roles of their groups. Does nothing if roles is null.</summary>
    public async Task<Result<LoginOwner>> ApplyGroupsAsync(
        LoginOwner user, Guid? organisationId, IReadOnlyList<string>? roles, Origin origin) =>
        roles is not null && user.OrganisationId == organisationId ? await SetRolesAsync(user, roles, origin) : user;

    private IExternalIdentityGrain Grain(ExternalIdentity identity) =>
        grains.Of<IExternalIdentityGrain>(ExternalIdentity.KeyOf(identity.Issuer, identity.Subject));

    private async Task<Result<LoginOwner>> ResolveUnknownAsync(ExternalSignIn signIn, Origin origin, CancellationToken cancellationToken)
    {
        // An unverified address must not even reveal whether it has an account.
        if (!signIn.EmailVerified || !LoginName.TryNormalise(signIn.Identity.Email, out var email))
        {
            return IdentityErrors.NoAccount;
        }

        return signIn is { Provision: true, OrganisationId: { } organisationId }
            ? await ProvisionAsync(signIn, organisationId, email, origin, cancellationToken)
            : await logins.FindAsync(email) is null ? IdentityErrors.NoAccount : IdentityErrors.AccountLinkRequired;
    }

    // The operation ids of the steps derive from the new user, so that a sign-in after a failure resumes where it stopped.
    private async Task<Result<LoginOwner>> ProvisionAsync(
        ExternalSignIn signIn, Guid organisationId, string email, Origin origin, CancellationToken cancellationToken)
    {
        var fresh = OperationId.Fresh(time);
        var identity = Grain(signIn.Identity);
        Caller.Set(Caller.Platform);
        var reserved = await identity.AskAsync(
            new ReserveExternalIdentity(
                new CommandContext(Caller.Platform, Caller.Platform, fresh), organisationId,
                fresh.NewId(time.GetUtcNow()), signIn.Identity),
            static (grain, command) => grain.ReserveAsync(command));
        if (!reserved.IsSuccess)
        {
            // A concurrent sign-in with the same identity may have finished meanwhile: then this one is its user.
            return reserved.Error.Code == IdentityErrors.IdentityTaken.Code
                ? await identity.AskAsync(static grain => grain.FindAsync())
                : reserved;
        }

        var user = reserved.Value.Key;
        var operation = OperationId.FromKey("external-account", user.Id.ToString("N"));
        if (await AddUserAsync(signIn, user, email, operation, origin, cancellationToken) is { } refusal)
        {
            return refusal.Code == IdentityErrors.EmailTaken.Code ? IdentityErrors.AccountLinkRequired : refusal;
        }

        Caller.Set(Caller.Platform);
        var context = new CommandContext(Caller.Platform, user.Id, operation.Step("identity"), origin);
        var command = new ActivateExternalIdentity(context, user.Id);
        return await identity.AskAsync(command, static (grain, command) => grain.ActivateAsync(command));
    }

    private async Task<Error?> AddUserAsync(
        ExternalSignIn signIn, EntityKey key, string email, OperationId operation, Origin origin, CancellationToken cancellationToken)
    {
        Caller.Set(key.OrganisationId);
        var existing = await grains.Of<IUserGrain>(key).AskAsync(static grain => grain.GetAsync());
        if (existing.IsSuccess)
        {
            // The user may have been created with another address; complete that one.
            return (await logins.ActivateAsync(existing.Value.Email, key, operation)).Error;
        }

        var organisation = await grains.Of<IOrganisationGrain>(EntityKey.Of(key.OrganisationId)).AskAsync(static grain => grain.GetAsync());
        if (existing.Error.Kind != ErrorKind.NotFound || !organisation.IsSuccess)
        {
            return existing.Error.Kind != ErrorKind.NotFound ? existing.Error : organisation.Error;
        }

        if (organisation.Value.Status == OrganisationStatus.Suspended)
        {
            return OrganisationErrors.Suspended;
        }

        var name = Text.IsName(signIn.DisplayName) ? signIn.DisplayName! : email;
        var added = await registration.AddUserAsync(
            new NewUser(
                operation, key, key.Id, operation.NewId(DateTimeOffset.UnixEpoch, 1), email, null, name, UserTier.SubUser,
                organisation.Value.Currency)
            {
                IsExternal = true,
                Origin = origin,
            },
            cancellationToken);

        // A concurrent sign-in may have created the user.
        return added.IsSuccess ? null
            : added.Error.Kind == ErrorKind.OperationReused ? (await logins.ActivateAsync(email, key, operation)).Error
            : added.Error;
    }

    // Replaces the grants in the whole organisation by those of the groups; grants at dealers stay.
    private async Task<Result<LoginOwner>> SetRolesAsync(LoginOwner user, IReadOnlyList<string> roles, Origin origin)
    {
        Caller.Set(user.OrganisationId);
        var grain = grains.Of<IUserGrain>(user.Key);
        for (var attempt = 1; ; attempt++)
        {
            var current = await grain.AskAsync(static grain => grain.GetAsync());
            if (!current.IsSuccess)
            {
                return current.Error;
            }

            Grant[] grants = [.. roles.Select(role => new Grant(role)), .. current.Value.Grants.Where(grant => grant.DealerId is not null)];
            if (grants.ToHashSet().SetEquals(current.Value.Grants))
            {
                return user;
            }

            var context = new CommandContext(user.OrganisationId, user.UserId, OperationId.Fresh(time), origin);
            var command = new SetGrants(context, GrantChange.To(grants), current.Value.Version);
            var set = await grain.AskAsync(command, static (grain, command) => grain.SetGrantsAsync(command));
            if (set.IsSuccess)
            {
                return user;
            }

            if (set.Error.Kind != ErrorKind.Stale || attempt == 3)
            {
                return set.Error;
            }
        }
    }
}
