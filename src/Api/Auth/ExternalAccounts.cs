using System.Buffers.Text;
using System.Security.Cryptography;
using Platform.Api.Common;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Api.Auth;

/// <summary>
/// Somebody whom a provider or directory has authenticated. OrganisationId is where accounts of that provider are made, where
/// Provision allows it; Roles are those of its groups, null where groups say nothing about roles.
/// </summary>
public sealed record ExternalSignIn(
    ExternalIdentity Identity, bool EmailVerified, string? DisplayName, Guid? OrganisationId, bool Provision, IReadOnlyList<string>? Roles);

/// <summary>
/// Finds the account of an identity of another provider. An unknown identity never gets an account that stands: that takes a
/// link which its user asks for. It gets a new one where the provider is configured so and vouches for the e-mail address.
/// </summary>
public sealed class ExternalAccounts(EntityGrains grains, Passwords passwords, TimeProvider time)
{
    public async Task<Result<LoginOwner>> ResolveAsync(ExternalSignIn signIn, CancellationToken cancellationToken)
    {
        Caller.Set(Caller.Platform);
        var owner = await GrainCalls.CallAsync(Grain(signIn.Identity), static grain => grain.FindAsync());
        if (!owner.IsSuccess && owner.Error.Kind == ErrorKind.NotFound)
        {
            owner = await WelcomeAsync(signIn, cancellationToken);
        }

        if (owner.IsSuccess && signIn.Roles is { } roles && owner.Value.OrganisationId == signIn.OrganisationId)
        {
            return await SetRolesAsync(owner.Value, roles);
        }

        return owner;
    }

    /// <summary>Links an identity to a user who is signed in and wants it.</summary>
    public async Task<Result<LoginOwner>> LinkAsync(ExternalIdentity identity, LoginOwner user)
    {
        Caller.Set(Caller.Platform);
        var context = new CommandContext(Caller.Platform, user.UserId, OperationId.Fresh(time));
        return await GrainCalls.CallAsync(
            Grain(identity), new LinkExternalIdentity(context, user.OrganisationId, user.UserId, identity), static (grain, command) => grain.LinkAsync(command));
    }

    private IExternalIdentityGrain Grain(ExternalIdentity identity) =>
        grains.ExternalIdentity(ExternalIdentity.KeyOf(identity.Issuer, identity.Subject));

    private async Task<Result<LoginOwner>> WelcomeAsync(ExternalSignIn signIn, CancellationToken cancellationToken)
    {
        // An address that nobody vouches for says nothing, not even that an account has it.
        if (!signIn.EmailVerified || !LoginName.TryNormalise(signIn.Identity.Email, out var email))
        {
            return IdentityErrors.NoAccount;
        }

        if (signIn is { Provision: true, OrganisationId: { } organisationId })
        {
            return await ProvisionAsync(signIn, organisationId, email, cancellationToken);
        }

        var known = await GrainCalls.CallAsync(grains.LoginName(email), static login => login.FindAsync());
        return known.IsSuccess ? IdentityErrors.AccountLinkRequired
            : known.Error.Kind == ErrorKind.NotFound ? IdentityErrors.NoAccount
            : known;
    }

    // In steps whose operations follow from the new user: whoever signs in again after a failure goes on where it stopped.
    private async Task<Result<LoginOwner>> ProvisionAsync(ExternalSignIn signIn, Guid organisationId, string email, CancellationToken cancellationToken)
    {
        var fresh = OperationId.Fresh(time);
        var identity = Grain(signIn.Identity);
        var reserved = await GrainCalls.CallAsync(
            identity,
            new ReserveExternalIdentity(
                new CommandContext(Caller.Platform, Caller.Platform, fresh), organisationId, fresh.NewId(time.GetUtcNow()), signIn.Identity),
            static (grain, command) => grain.ReserveAsync(command));
        if (!reserved.IsSuccess)
        {
            return reserved;
        }

        var userId = reserved.Value.UserId;
        var own = new CommandContext(organisationId, userId, OperationId.FromKey("external-account", userId.ToString("N")));
        var platform = own with { OrganisationId = Caller.Platform };
        if (await GrainCalls.CallAsync(grains.User(organisationId, userId), static user => user.GetAsync()) is { IsSuccess: true } standing)
        {
            email = standing.Value.Email; // What was begun under this address ends under it.
        }

        var login = grains.LoginName(email);
        var named = await GrainCalls.CallAsync(
            login, new ReserveLoginName(platform.Step("reserve"), organisationId, userId), static (login, command) => login.ReserveAsync(command));
        if (!named.IsSuccess)
        {
            return named.Error.Kind == ErrorKind.Conflict ? IdentityErrors.AccountLinkRequired : named;
        }

        var user = await EnsureUserAsync(signIn, own, email, cancellationToken);
        if (!user.IsSuccess)
        {
            return user.Error;
        }

        var activated = await GrainCalls.CallAsync(
            login, new ActivateLoginName(platform.Step("activate"), userId), static (login, command) => login.ActivateAsync(command));
        if (!activated.IsSuccess)
        {
            return activated.Error.Kind == ErrorKind.Conflict ? IdentityErrors.AccountLinkRequired : activated;
        }

        return await GrainCalls.CallAsync(
            identity, new ActivateExternalIdentity(platform.Step("identity"), userId), static (grain, command) => grain.ActivateAsync(command));
    }

    // It has a password that nobody knows, so that signing in to it with one fails like any other. A hash is salted, so that a
    // repeated command is never equal to the first: the user that stands is taken.
    private async Task<Result<UserView>> EnsureUserAsync(ExternalSignIn signIn, CommandContext own, string email, CancellationToken cancellationToken)
    {
        var grain = grains.User(own.OrganisationId, own.ActorId);
        var standing = await GrainCalls.CallAsync(grain, static grain => grain.GetAsync());
        if (standing.IsSuccess || standing.Error.Kind != ErrorKind.NotFound)
        {
            return standing;
        }

        var organisation = await GrainCalls.CallAsync(grains.Organisation(own.OrganisationId), static grain => grain.GetAsync());
        if (!organisation.IsSuccess)
        {
            return organisation.Error;
        }

        var walletId = own.Operation.NewId(DateTimeOffset.UnixEpoch, 1);
        var wallet = await GrainCalls.CallAsync(
            grains.Wallet(own.OrganisationId, walletId), new OpenWallet(own.Step("wallet"), own.ActorId, organisation.Value.Currency),
            static (grain, command) => grain.OpenAsync(command));
        if (!wallet.IsSuccess)
        {
            return wallet.Error;
        }

        var name = Text.IsName(signIn.DisplayName) ? signIn.DisplayName! : email;
        var hash = await passwords.HashAsync(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), cancellationToken);
        var registered = await GrainCalls.CallAsync(
            grain, new RegisterUser(own.Step("user"), email, name, UserTier.SubUser, hash, walletId), static (grain, command) => grain.RegisterAsync(command));
        return registered.IsSuccess || registered.Error.Kind is not (ErrorKind.OperationReused or ErrorKind.Conflict)
            ? registered
            : await GrainCalls.CallAsync(grain, static grain => grain.GetAsync());
    }

    // The one place where roles of groups become grants.
    private static Task<Result<LoginOwner>> SetRolesAsync(LoginOwner user, IReadOnlyList<string> roles)
    {
        _ = roles;
        return Task.FromResult<Result<LoginOwner>>(user);
    }
}
