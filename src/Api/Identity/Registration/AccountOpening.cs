using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Registration;

/// <summary>
/// Opens the requested account and signs its user in. If accounts are concealed, every address gets the same response after the same
/// work (the hash of the password). The rest happens after the response, and a letter tells the holder of the address the outcome.
/// </summary>
[Singleton]
public sealed class AccountOpening(
    AccountRegistration registration, PasswordHasher passwords, SignIn signIn, TakenAddresses taken, LetterBound bound, MailTokens mail,
    DeferredWork deferred, IOptions<AuthOptions> options)
{
    public Task<IResult> OpenAsync(HttpContext http, NewAccount account, string password) =>
        options.Value.ConcealAccounts ? ConcealAsync(http, account, password) : OpenAsync(http, account);

    private async Task<IResult> OpenAsync(HttpContext http, NewAccount account)
    {
        var result = await registration.RegisterAsync(account, http.RequestAborted);
        if (!result.IsSuccess)
        {
            if (result.Error.Code == IdentityErrors.EmailTaken.Code)
            {
                deferred.Enqueue(_ => taken.OfferReleaseAsync(account.User.Email));
            }

            return Reply.Refused(result);
        }

        if (!result.Replayed)
        {
            await SendVerificationAsync(account.User);
        }

        var tokens = await signIn.StartAsync(http, account.User.Key, SignInMethods.Password, Assurance.OneFactor);
        return tokens.IsSuccess
            ? Reply.Created(result.Map(opened => new RegisterResponse(opened.User, opened.Organisation, opened.Wallet, tokens.Value)))
            : Reply.Refused(tokens);
    }

    private async Task<IResult> ConcealAsync(HttpContext http, NewAccount account, string password)
    {
        var hash = await passwords.HashAsync(password, http.RequestAborted);
        account = account with { User = account.User with { PasswordHash = hash, MustVerify = true } };
        deferred.Enqueue(_ => OpenConcealedAsync(account));
        return new JsonResult<ConcealedResponse>(202, new ConcealedResponse());
    }

    private async Task OpenConcealedAsync(NewAccount account)
    {
        var opened = await registration.RegisterAsync(account, CancellationToken.None);
        if (opened is { IsSuccess: true, Replayed: false })
        {
            await SendVerificationAsync(account.User);
        }
        else if (opened.Error?.Code == IdentityErrors.EmailTaken.Code)
        {
            await taken.NotifyHolderAsync(account.User.Email);
        }
    }

    private async Task SendVerificationAsync(NewUser user)
    {
        if (await bound.AllowsAsync(user.Email))
        {
            await mail.SendAsync(user.Key, MailTokenPurpose.EmailVerification, origin: user.Origin);
        }
    }
}
