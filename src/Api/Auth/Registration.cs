using Platform.Api.Common;
using Platform.Identity;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Auth;

/// <summary>What an account is opened with. Ids follow from the operation, so that a repetition resumes the same account.</summary>
public sealed record NewAccount(
    OperationId Operation,
    Guid OrganisationId,
    Guid UserId,
    Guid WalletId,
    string Email,
    string Password,
    string DisplayName,
    UserTier Tier,
    OrganisationKind Kind,
    string OrganisationName,
    string Currency,
    string TimeZone,
    string Locale,
    Origin? Origin = null);

/// <summary>An account that stands.</summary>
public sealed record Account(UserView User, OrganisationView Organisation, WalletView Wallet);

/// <summary>
/// Opens accounts in steps: the address is reserved, organisation, wallet and user are made, the address is activated.
/// Each step has an operation id of its own, so that whoever repeats the request after a failure goes on where it stopped.
/// </summary>
public sealed class Registration(EntityGrains grains, Passwords passwords)
{
    public async Task<Result<Account>> RegisterAsync(NewAccount account, CancellationToken cancellationToken)
    {
        Caller.Set(Caller.Platform);
        if (!LoginName.TryNormalise(account.Email, out var email))
        {
            return IdentityErrors.InvalidEmail;
        }

        var login = grains.LoginName(email);
        var owner = await GrainCalls.CallAsync(login, static login => login.FindAsync());
        if (owner.IsSuccess && owner.Value.UserId != account.UserId)
        {
            return IdentityErrors.EmailTaken;
        }

        if (!owner.IsSuccess && owner.Error.Kind != ErrorKind.NotFound)
        {
            return owner.Error;
        }

        var own = new CommandContext(account.OrganisationId, account.UserId, account.Operation, account.Origin);
        var platform = own with { OrganisationId = Caller.Platform };
        var reserve = new ReserveLoginName(platform.Step("reserve"), account.OrganisationId, account.UserId);
        var reserved = await GrainCalls.CallAsync(login, reserve, static (login, command) => login.ReserveAsync(command));
        if (!reserved.IsSuccess)
        {
            return reserved.Error;
        }

        var organisation = await GrainCalls.CallAsync(
            grains.Organisation(account.OrganisationId),
            new CreateOrganisation(own.Step("organisation"), account.OrganisationName, account.Kind, account.Currency, account.TimeZone, account.Locale),
            static (grain, command) => grain.CreateAsync(command));
        if (!organisation.IsSuccess)
        {
            return organisation.Error;
        }

        var wallet = await GrainCalls.CallAsync(
            grains.Wallet(account.OrganisationId, account.WalletId),
            new OpenWallet(own.Step("wallet"), account.UserId, account.Currency),
            static (grain, command) => grain.OpenAsync(command));
        if (!wallet.IsSuccess)
        {
            return wallet.Error;
        }

        var user = await RegisterUserAsync(account, own.Step("user"), email, cancellationToken);
        if (!user.IsSuccess)
        {
            return user.Error;
        }

        var activate = new ActivateLoginName(platform.Step("activate"), account.UserId);
        var activated = await GrainCalls.CallAsync(login, activate, static (login, command) => login.ActivateAsync(command));
        return activated.IsSuccess
            ? new Result<Account>(new Account(user.Value, organisation.Value, wallet.Value), null, activated.Replayed)
            : activated.Error;
    }

    // A password hash is salted, so that a repeated command is never equal to the first: the user that stands is compared instead.
    private async Task<Result<UserView>> RegisterUserAsync(
        NewAccount account, CommandContext context, string email, CancellationToken cancellationToken)
    {
        var grain = grains.User(account.OrganisationId, account.UserId);
        var standing = await GrainCalls.CallAsync(grain, static grain => grain.GetAsync());
        if (!standing.IsSuccess && standing.Error.Kind == ErrorKind.NotFound)
        {
            var hash = await passwords.HashAsync(account.Password, cancellationToken);
            var registered = await GrainCalls.CallAsync(
                grain,
                new RegisterUser(context, email, account.DisplayName, account.Tier, hash, account.WalletId),
                static (grain, command) => grain.RegisterAsync(command));
            if (registered.IsSuccess || registered.Error.Kind != ErrorKind.OperationReused)
            {
                return registered;
            }

            standing = await GrainCalls.CallAsync(grain, static grain => grain.GetAsync());
        }

        if (!standing.IsSuccess)
        {
            return standing;
        }

        var credentials = await GrainCalls.CallAsync(grain, static grain => grain.GetCredentialsAsync());
        if (!credentials.IsSuccess)
        {
            return credentials.Error;
        }

        var user = standing.Value;
        var same = user.Email == email && user.DisplayName == account.DisplayName && user.Tier == account.Tier &&
            await passwords.VerifyAsync(credentials.Value.PasswordHash, account.Password, cancellationToken);
        return same ? user : CommonErrors.OperationReused;
    }
}
