using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Passwords;

/// <summary>
/// Verifies the password of a signed-in user again. Every attempt counts towards the limit on guesses, and refusals are audited.
/// </summary>
[Singleton]
public sealed class PasswordProof(PasswordHasher passwords, PasswordGuesses guesses, AuditTrail audit)
{
    /// <summary>Returns null if this is the caller's password, otherwise the refusal.</summary>
    public async Task<IResult?> RefusalAsync(Call call, string password)
    {
        var refusal = await guesses.RefusalAsync(call) ?? await CompareAsync(call, password);
        if (refusal is not null)
        {
            await audit.ProofRefusedAsync(call, refusal);
        }

        return refusal;
    }

    private async Task<IResult?> CompareAsync(Call call, string password)
    {
        var credentials = await call.Grain<IUserCredentialsGrain>(call.UserId).AskAsync(static grain => grain.GetAsync());
        return !credentials.IsSuccess ? Reply.Refused(credentials)
            : credentials.Value.PasswordHash.Length == 0 ? Problems.From(IdentityErrors.NoLocalPassword)
            : await passwords.VerifyAsync(credentials.Value.PasswordHash, password, call.Aborted) == Verified.No
                ? Problems.From(IdentityErrors.WrongPassword)
            : null;
    }
}
