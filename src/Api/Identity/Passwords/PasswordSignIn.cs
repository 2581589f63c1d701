using Platform.Api.Http;
using Platform.Api.Identity.Registration;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Passwords;

/// <summary>
/// Signs in with an e-mail address and a password. An unknown address takes as long as a known one, and gets the same error as a wrong
/// password.
/// </summary>
[Singleton]
public sealed class PasswordSignIn(
    EntityGrains grains, LoginNames logins, PasswordHasher passwords, PasswordGuesses guesses, SignIn signIn, AuditTrail audit,
    TimeProvider time)
{
    public async Task<IResult> SignInAsync(HttpContext http, string email, string password)
    {
        var owner = await logins.FindAsync(email);
        if (await guesses.RefusalAsync(http, email, owner) is { } tooMany)
        {
            return tooMany;
        }

        string? hash = null;
        if (owner is not null)
        {
            Caller.Set(owner.OrganisationId);
            var credentials = await grains.Of<IUserCredentialsGrain>(owner.Key).AskAsync(static grain => grain.GetAsync());
            if (!credentials.IsSuccess && credentials.Error.Kind != ErrorKind.NotFound)
            {
                return Problems.From(credentials.Error);
            }

            hash = credentials.Value?.PasswordHash;
        }

        var verified = await passwords.VerifyAsync(hash, password, http.RequestAborted);
        if (verified == Verified.No || owner is null)
        {
            await audit.SignInRefusedAsync(http, email, owner, IdentityErrors.InvalidCredentials.Code);
            return Problems.From(IdentityErrors.InvalidCredentials);
        }

        if (verified == Verified.YesButRehash)
        {
            await RehashAsync(owner, hash!, password, http.RequestAborted);
        }

        return await signIn.CompleteAsync(http, owner.OrganisationId, owner.UserId, SignInMethods.Password);
    }

    private async Task RehashAsync(LoginOwner owner, string hash, string password, CancellationToken cancellationToken)
    {
        var rehashed = await passwords.HashAsync(password, cancellationToken);
        var command = new RehashPassword(new CommandContext(owner.OrganisationId, owner.UserId, OperationId.Fresh(time)), hash, rehashed);
        await grains.Of<IUserCredentialsGrain>(owner.Key).AskAsync(command, static (grain, command) => grain.RehashPasswordAsync(command));
    }
}
