using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Mail;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Removes a user's second factor and its seed, and notifies the user.</summary>
[Singleton]
public sealed class MfaRemoval(EntityGrains grains, MfaCodes codes, AccessCache access, Mailer mailer)
{
    /// <summary>The caller of grain calls (<see cref="Caller"/>) must be set.</summary>
    public async Task<Result<MfaChange>> RemoveAsync(EntityKey user, RemoveMfa command)
    {
        var removed = await grains.Of<IUserMfaGrain>(user).AskAsync(command, static (grain, command) => grain.RemoveAsync(command));
        access.Forget(user);
        if (removed.IsSuccess)
        {
            await codes.DeleteSeedsAsync(user, removed.Value.DroppedSeeds);
            mailer.Send(AccountLetters.SecondFactor(removed.Value.User));
        }

        return removed;
    }
}
