using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Passwords;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Identity.Registration;

/// <summary>
/// A user to create. Without a password, the user is invited by mail. Ids derive from the operation, so that a repetition resumes the
/// same user. The actor is who adds the user: the user themselves at registration.
/// </summary>
public sealed record NewUser(
    OperationId Operation,
    EntityKey Key,
    Guid ActorId,
    Guid WalletId,
    string Email,
    string? Password,
    string DisplayName,
    UserTier Tier,
    string Currency)
{
    public Guid? ParentId { get; init; }

    /// <summary>The hash of the password, if it was already computed.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>The user cannot sign in before the address is verified.</summary>
    public bool MustVerify { get; init; }

    public UserProfile? Profile { get; init; }

    public IReadOnlyList<Grant>? Grants { get; init; }

    /// <summary>Created for an external identity: has neither a password nor an invitation.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Where the request came from; null if there is no request.</summary>
    public Origin? Origin { get; init; }
}

/// <summary>An organisation to create, with its first user.</summary>
public sealed record NewAccount(NewUser User, OrganisationKind Kind, string OrganisationName, string TimeZone, string Locale);

/// <summary>An opened account.</summary>
public sealed record Account(UserView User, OrganisationView Organisation, WalletView Wallet);

/// <summary>
/// Opens accounts and adds users in steps: reserves the address, creates organisation, wallet and user, and activates the address. Each
/// step has its own operation id, so that repeating the request after a failure resumes where it stopped.
/// </summary>
[Singleton]
public sealed class AccountRegistration(
    EntityGrains grains, LoginNames logins, PasswordHasher passwords, MailTokens mail, LetterBound bound)
{
    public async Task<Result<Account>> RegisterAsync(NewAccount account, CancellationToken cancellationToken)
    {
        OrganisationView? organisation = null;
        var added = await AddAsync(account.User, CreateOrganisationAsync, cancellationToken);
        return added.Map(user => new Account(user.User, organisation!, user.Wallet));

        async Task<Error?> CreateOrganisationAsync(CommandContext context)
        {
            var created = await grains.Of<IOrganisationGrain>(EntityKey.Of(context.OrganisationId)).AskAsync(
                new CreateOrganisation(
                    context.Step("organisation"), account.OrganisationName, account.Kind, account.User.Currency, account.TimeZone,
                    account.Locale),
                static (grain, command) => grain.CreateAsync(command));
            organisation = created.Value;
            return created.Error;
        }
    }

    /// <summary>Adds a user to an existing organisation.</summary>
    public async Task<Result<UserView>> AddUserAsync(NewUser user, CancellationToken cancellationToken) =>
        (await AddAsync(user, static _ => Task.FromResult<Error?>(null), cancellationToken)).Map(added => added.User);

    private async Task<Result<AddedUser>> AddAsync(
        NewUser user, Func<CommandContext, Task<Error?>> first, CancellationToken cancellationToken)
    {
        if (!LoginName.TryNormalise(user.Email, out var email))
        {
            return IdentityErrors.InvalidEmail;
        }

        // Checked before anything is created. A taken address gets no invitation, and neither does a repeated request.
        if (user.Password is null && await logins.FindAsync(email) is null)
        {
            await bound.RequireAsync(email);
        }

        var reserved = await logins.ReserveAsync(email, user.Key, user.Operation);
        if (!reserved.IsSuccess)
        {
            return reserved.Error;
        }

        Caller.Set(user.Key.OrganisationId);
        var context = new CommandContext(user.Key.OrganisationId, user.ActorId, user.Operation, user.Origin);
        if (await first(context) is { } error)
        {
            return error;
        }

        var wallet = await grains.Of<IWalletGrain>(user.Key.OrganisationId, user.WalletId).AskAsync(
            new OpenWallet(context.Step("wallet"), user.Key.Id, user.Currency), static (grain, command) => grain.OpenAsync(command));
        if (!wallet.IsSuccess)
        {
            return wallet.Error;
        }

        var added = user.IsExternal ? await RegisterExternalAsync(user, context.Step("user"), email)
            : user.Password is { } password
            ? await RegisterUserAsync(user, context.Step("user"), email, password, cancellationToken)
            : await InviteAsync(user, context.Step("user"), email);
        if (!added.IsSuccess)
        {
            return added.Error;
        }

        var activated = await logins.ActivateAsync(email, user.Key, user.Operation);
        return activated.IsSuccess
            ? new Result<AddedUser>(new AddedUser(added.Value, wallet.Value), null, activated.Replayed)
            : activated.Error;
    }

    private Task<Result<UserView>> RegisterExternalAsync(NewUser user, CommandContext context, string email)
    {
        var command = new RegisterUser(
            context, email, user.DisplayName, user.Tier, PasswordHash: "", user.WalletId, user.ParentId, user.Profile, user.Grants);
        return grains.Of<IUserGrain>(user.Key).AskAsync(command, static (grain, command) => grain.RegisterAsync(command));
    }

    // The token is random, so a repeated command never equals the first one; the existing user is compared instead.
    private async Task<Result<UserView>> InviteAsync(NewUser user, CommandContext context, string email)
    {
        var grain = grains.Of<IUserGrain>(user.Key);
        var existing = await grain.AskAsync(static grain => grain.GetAsync());
        if (existing.IsSuccess)
        {
            var same = existing.Value.Email == email && existing.Value.DisplayName == Text.NameOf(user.DisplayName);
            return same ? existing : CommonErrors.OperationReused;
        }

        if (existing.Error.Kind != ErrorKind.NotFound)
        {
            return existing;
        }

        var token = MailToken.New(MailTokenPurpose.Invitation, user.Key);
        var command = new InviteUser(
            context, email, user.DisplayName, user.Tier, user.WalletId, user.ParentId, user.Profile, user.Grants, token.Hash);
        var invited = await grain.AskAsync(command, static (grain, command) => grain.InviteAsync(command));
        if (invited.IsSuccess)
        {
            await mail.SendInvitationAsync(token, email, user.ActorId);
        }

        return invited;
    }

    // The password hash is salted, so a repeated command never equals the first one; the existing user is compared instead.
    private async Task<Result<UserView>> RegisterUserAsync(
        NewUser user, CommandContext context, string email, string password, CancellationToken cancellationToken)
    {
        var grain = grains.Of<IUserGrain>(user.Key);
        var existing = await grain.AskAsync(static grain => grain.GetAsync());
        if (!existing.IsSuccess && existing.Error.Kind == ErrorKind.NotFound)
        {
            var hash = user.PasswordHash ?? await passwords.HashAsync(password, cancellationToken);
            var command = new RegisterUser(
                context, email, user.DisplayName, user.Tier, hash, user.WalletId, user.ParentId, user.Profile, user.Grants,
                user.MustVerify ? true : null);
            var registered = await grain.AskAsync(command, static (grain, command) => grain.RegisterAsync(command));
            if (registered.IsSuccess || registered.Error.Kind != ErrorKind.OperationReused)
            {
                return registered;
            }

            existing = await grain.AskAsync(static grain => grain.GetAsync());
        }

        if (!existing.IsSuccess)
        {
            return existing;
        }

        var credentials = await grains.Of<IUserCredentialsGrain>(user.Key).AskAsync(static grain => grain.GetAsync());
        if (!credentials.IsSuccess)
        {
            return credentials.Error;
        }

        var found = existing.Value;
        var same = found.Email == email && found.DisplayName == Text.NameOf(user.DisplayName) && found.Tier == user.Tier &&
            await passwords.VerifyAsync(credentials.Value.PasswordHash, password, cancellationToken) != Verified.No;
        return same ? found : CommonErrors.OperationReused;
    }

    private sealed record AddedUser(UserView User, WalletView Wallet);
}
