using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.Registration;

/// <summary>
/// Opening an account. Where accounts are concealed, every address gets the same answer after the same work, which is the hash of the
/// password; the rest happens after it, and a letter tells the holder of the address what came of it.
/// </summary>
public static class RegisterEndpoint
{
    public static void MapRegister(this RouteGroupBuilder auth) =>
        auth.MapPost("/register", RegisterAsync)
            .Describe("Opens an account: organisation, first user and wallet. Where accounts are concealed the answer is 202 for every address, and a letter tells the rest.")
            .Answers<RegisterResponse>(201).Answers<ConcealedResponse>(202).Refuses(409, 422, 503).AllowAnonymous();

    private static async Task<IResult> RegisterAsync(
        Body<RegisterRequest> body, HttpContext http, AccountRegistration registration, PasswordHasher passwords, SignIn signIn, LetterBound bound, MailTokens mail,
        Postponed postponed, IOptions<AuthOptions> options, TimeProvider time)
    {
        var account = AccountOf(body.Value, http, time);
        if (options.Value.ConcealAccounts)
        {
            var hash = await passwords.HashAsync(body.Value.Password, http.RequestAborted);
            account = account with { User = account.User with { PasswordHash = hash, MustVerify = true } };
            postponed.Run(services => OpenConcealedAsync(services, account));
            return new JsonResult<ConcealedResponse>(202, new ConcealedResponse());
        }

        var result = await registration.RegisterAsync(account, http.RequestAborted);
        if (!result.IsSuccess)
        {
            if (result.Error.Code == IdentityErrors.EmailTaken.Code)
            {
                postponed.Run(services => services.GetRequiredService<TakenAddresses>().OfferAsync(account.User.Email));
            }

            return Reply.Refused(result);
        }

        if (!result.Replayed)
        {
            await SendVerificationAsync(bound, mail, account.User);
        }

        var tokens = await signIn.StartAsync(http, account.User.Key, SignInMethods.Password, Assurance.OneFactor);
        return tokens.IsSuccess
            ? Reply.Created(result.Map(opened => new RegisterResponse(opened.User, opened.Organisation, opened.Wallet, tokens.Value)))
            : Reply.Refused(tokens);
    }

    private static async Task OpenConcealedAsync(IServiceProvider services, NewAccount account)
    {
        var opened = await services.GetRequiredService<AccountRegistration>().RegisterAsync(account, CancellationToken.None);
        if (opened is { IsSuccess: true, Replayed: false })
        {
            await SendVerificationAsync(services.GetRequiredService<LetterBound>(), services.GetRequiredService<MailTokens>(), account.User);
        }
        else if (opened.Error?.Code == IdentityErrors.EmailTaken.Code)
        {
            await services.GetRequiredService<TakenAddresses>().TellAsync(account.User.Email);
        }
    }

    private static async Task SendVerificationAsync(LetterBound bound, MailTokens mail, NewUser user)
    {
        if (await bound.AllowsAsync(user.Email))
        {
            await mail.SendAsync(user.Key, MailTokenPurpose.EmailVerification, origin: user.Origin);
        }
    }

    private static NewAccount AccountOf(RegisterRequest request, HttpContext http, TimeProvider time)
    {
        var operation = Operation.Of(http, Caller.Platform, "register", Guid.Empty, time, required: false);
        var individual = request.AccountType == AccountType.Individual;
        var user = new EntityKey(operation.NewId(1), operation.NewId(2));
        return new NewAccount(
            new NewUser(
                operation.Id, user, user.Id, operation.NewId(3), request.Email, request.Password, request.DisplayName,
                individual ? UserTier.Individual : UserTier.Enterprise, request.Currency ?? "USD") { Origin = RequestOrigin.Of(http) },
            individual ? OrganisationKind.Individual : OrganisationKind.Enterprise,
            request.OrganisationName ?? request.DisplayName, request.TimeZone ?? "UTC", request.Locale ?? "en-US");
    }
}
