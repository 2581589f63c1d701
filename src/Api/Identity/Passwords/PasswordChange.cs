using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Sessions;
using Platform.Api.Mail;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Passwords;

/// <summary>Changes the password of a signed-in user who knows the old one, ends every session and notifies the user.</summary>
[Singleton]
public sealed class PasswordChange(PasswordProof proof, PasswordHasher passwords, SsoDemand demand, AccessCache access, Mailer mailer)
{
    public async Task<IResult> ChangeAsync(Call call, string from, string to)
    {
        var context = call.FreshContext();
        if (await demand.IsRequiredAsync(call.OrganisationId))
        {
            return Problems.From(IdentityErrors.SsoRequired);
        }

        if (await proof.RefusalAsync(call, from) is { } refusal)
        {
            return refusal;
        }

        var command = new ChangePassword(context, await passwords.HashAsync(to, call.Aborted));
        var changed = await call.Grain<IUserCredentialsGrain>(call.UserId)
            .AskAsync(command, static (grain, command) => grain.ChangePasswordAsync(command));
        access.Forget(call.Caller.Key);
        if (changed.IsSuccess)
        {
            mailer.Send(AccountLetters.PasswordChanged(changed.Value.User));
        }

        return Reply.NoContent(changed);
    }
}
