using Platform.Api.Http;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Registration;
using Platform.Api.Identity.Sessions;
using Platform.Api.Mail;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.Letters;

/// <summary>
/// Redeems mailed tokens for the API and the letter pages. While an organisation is suspended, nobody can join it and none of its
/// accounts can change its address: those tokens are refused but stay valid. Passwords can still be reset and changed.
/// </summary>
[Singleton]
public sealed class TokenRedemption(
    EntityGrains grains, LoginNames logins, PasswordHasher passwords, PasswordGuesses guesses, AccessCache access, Mailer mailer,
    SsoDemand demand, TimeProvider time)
{
    /// <summary>Verifies an address, or changes the account's address to a new one.</summary>
    public async Task<Result<CredentialChange>> VerifyAsync(HttpContext http, string text)
    {
        if (MailToken.Parse(text) is not { Purpose: MailTokenPurpose.EmailVerification or MailTokenPurpose.EmailChange } token)
        {
            return IdentityErrors.InvalidToken;
        }

        var known = await CheckAsync(token);
        if (!known.IsSuccess)
        {
            return known;
        }

        // Each step has its own operation id, so that redeeming the token again after a failure resumes where it stopped.
        var operation = OperationOf(text);
        if (known.Value.NewEmail is { } email && await ClaimAsync(email, token.User, operation) is { } taken)
        {
            return taken;
        }

        var redeemed = await RedeemAsync(token, operation, RequestOrigin.Of(http));
        if (redeemed is { IsSuccess: true, Value.PreviousEmail: { } previous })
        {
            await logins.ReleaseAsync(previous, token.User, operation);
            mailer.Send(AccountLetters.Moved(previous));
        }
        else if (!redeemed.IsSuccess && known.Value.NewEmail is { } claimed)
        {
            await ReleaseClaimAsync(claimed, token.User, operation);
        }

        return redeemed;
    }

    /// <summary>
    /// Releases an address from an account that has never verified it. The token is not checked first, so that a repetition gets the
    /// first result and completes the release of the name. The request's origin is not kept, because the account's holder can read the
    /// log.
    /// </summary>
    public async Task<Result<CredentialChange>> FreeAsync(string text)
    {
        if (MailToken.Parse(text) is not { Purpose: MailTokenPurpose.AddressRelease } token)
        {
            return IdentityErrors.InvalidToken;
        }

        var operation = OperationOf(text);
        var freed = await RedeemAsync(token, operation, null);
        access.Forget(token.User);
        if (freed is { IsSuccess: true, Value.PreviousEmail: { } previous })
        {
            await logins.ReleaseAsync(previous, token.User, operation);
        }

        return freed;
    }

    /// <summary>Sets a new password. Clears earlier failed attempts, because the user who receives the mail must get in at once.</summary>
    public async Task<Result<CredentialChange>> ResetAsync(HttpContext http, string text, string password)
    {
        var reset = await SetPasswordAsync(http, MailTokenPurpose.PasswordReset, text, password, null);
        if (reset.IsSuccess)
        {
            var user = reset.Value.User;
            await guesses.ForgetAsync(http, user.Email, new EntityKey(user.OrganisationId, user.Id));
            mailer.Send(AccountLetters.PasswordChanged(user));
        }

        return reset;
    }

    /// <summary>Accepts an invitation and chooses a password.</summary>
    public Task<Result<CredentialChange>> AcceptAsync(HttpContext http, string text, string password, string? displayName) =>
        SetPasswordAsync(http, MailTokenPurpose.Invitation, text, password, displayName);

    private async Task<Result<CredentialChange>> SetPasswordAsync(
        HttpContext http, MailTokenPurpose purpose, string text, string password, string? displayName)
    {
        if (MailToken.Parse(text) is not { } token || token.Purpose != purpose)
        {
            return IdentityErrors.InvalidToken;
        }

        // Checked before the password is hashed, because a flood of made-up tokens must not cost as much as sign-ins.
        var known = await CheckAsync(token);
        if (!known.IsSuccess)
        {
            return known;
        }

        if (await demand.IsRequiredAsync(token.User.OrganisationId))
        {
            return IdentityErrors.SsoRequired;
        }

        var hash = await passwords.HashAsync(password, http.RequestAborted);
        Caller.Set(token.User.OrganisationId); // Set again: a value set within an async method is lost when it returns.
        var command = new RedeemPassword(
            Context(token, OperationId.Fresh(time), RequestOrigin.Of(http)), purpose, token.Hash, hash, displayName);
        var redeemed = await grains.Of<IUserCredentialsGrain>(token.User)
            .AskAsync(command, static (grain, command) => grain.RedeemPasswordAsync(command));
        access.Forget(token.User);
        return redeemed;
    }

    private async Task<Result<CredentialChange>> CheckAsync(MailToken token)
    {
        Caller.Set(token.User.OrganisationId);
        var known = await grains.Of<IUserCredentialsGrain>(token.User).AskAsync(grain => grain.CheckTokenAsync(token.Purpose, token.Hash));
        return known.IsSuccess && token.Purpose is MailTokenPurpose.Invitation or MailTokenPurpose.EmailChange &&
            (await access.GetOrganisationAsync(token.User.OrganisationId)).Organisation.Status == OrganisationStatus.Suspended
                ? OrganisationErrors.Suspended
                : known;
    }

    private async Task<Error?> ClaimAsync(string email, EntityKey user, OperationId operation)
    {
        var reserved = await logins.ReserveAsync(email, user, operation);
        return (reserved.IsSuccess ? await logins.ActivateAsync(email, user, operation) : reserved).Error;
    }

    // The token became invalid after the check. Without this, the user would keep a login name that never became their address.
    private async Task ReleaseClaimAsync(string email, EntityKey user, OperationId operation)
    {
        Caller.Set(user.OrganisationId);
        var found = await grains.Of<IUserGrain>(user).AskAsync(static grain => grain.GetAsync());
        if (found.IsSuccess && found.Value.Email != email)
        {
            await logins.ReleaseAsync(email, user, operation);
        }
    }

    private async Task<Result<CredentialChange>> RedeemAsync(MailToken token, OperationId operation, Origin? origin)
    {
        Caller.Set(token.User.OrganisationId);
        var command = new RedeemEmail(Context(token, operation, origin), token.Purpose, token.Hash);
        return await grains.Of<IUserCredentialsGrain>(token.User)
            .AskAsync(command, static (grain, command) => grain.RedeemEmailAsync(command));
    }

    private static OperationId OperationOf(string text) => OperationId.FromKey("email", text);

    private static CommandContext Context(MailToken token, OperationId operation, Origin? origin) =>
        new(token.User.OrganisationId, token.User.Id, operation, origin);
}
