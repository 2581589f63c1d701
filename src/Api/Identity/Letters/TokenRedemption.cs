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
/// What a mailed token does when it comes back, to the API or to a page. While an organisation is suspended nobody joins it and no account
/// of it moves to another address: those tokens are refused and not spent. Passwords can be reset, as they can be changed.
/// </summary>
[Singleton]
public sealed class TokenRedemption(
    EntityGrains grains, LoginNames logins, PasswordHasher passwords, PasswordGuesses guesses, AccessCache access, Mailer mailer, SsoDemand demand,
    TimeProvider time)
{
    /// <summary>Verifies an address, or moves the account to a new one.</summary>
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

        // Steps with ids of their own, so that whoever sends the token again after a failure goes on where it stopped.
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
            await GiveBackAsync(claimed, token.User, operation);
        }

        return redeemed;
    }

    /// <summary>
    /// Takes an address away from an account that has never verified it. Nothing is looked at before: a repetition is answered with what
    /// the first one came to, and goes on to release the name. Where the request came from is not kept, since whoever held the address reads
    /// the log.
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

    /// <summary>Sets a new password. Who has the mail is let in at once, however many guessed before.</summary>
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

        // Looked at before the password is hashed: a flood of made-up tokens must not cost what a sign-in costs.
        var known = await CheckAsync(token);
        if (!known.IsSuccess)
        {
            return known;
        }

        if (await demand.HoldsAsync(token.User.OrganisationId))
        {
            return IdentityErrors.SsoRequired;
        }

        var hash = await passwords.HashAsync(password, http.RequestAborted);
        Caller.Set(token.User.OrganisationId); // What an async method has set does not come back to its caller.
        var command = new RedeemPassword(Context(token, OperationId.Fresh(time), RequestOrigin.Of(http)), purpose, token.Hash, hash, displayName);
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

    // The token ended after it was looked at. Without this the name of an address that never became the user's would stay theirs.
    private async Task GiveBackAsync(string email, EntityKey user, OperationId operation)
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
