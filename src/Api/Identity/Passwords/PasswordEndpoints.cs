using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Mfa;
using Platform.Api.Identity.Registration;
using Platform.Api.Identity.Sessions;
using Platform.Api.Mail;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Identity;

namespace Platform.Api.Identity.Passwords;

/// <summary>Changing and resetting passwords, and accepting an invitation. Each ends every session, so that who knew the old password is out.</summary>
public static class PasswordEndpoints
{
    public static void MapPasswords(this RouteGroupBuilder auth)
    {
        auth.MapPost("/password/change", ChangeAsync).Describe("Sets a new password; every session ends, this one too.").Answers(204).Refuses(403, 409).ForAnyUser().EvenWhenSuspended().Revokes();
        auth.MapPost("/password/forgot", ForgotAsync).Describe("Mails a token to reset the password, if there is such an account.").Answers(204).AllowAnonymous();
        auth.MapPost("/password/reset", ResetAsync).Describe("Sets a new password by a mailed token.").Answers(204).Refuses(403).AllowAnonymous();
        auth.MapPost("/invitations/accept", AcceptAsync).Describe("Accepts an invitation by its mailed token and chooses a password.")
            .Answers<SignInResponse>(200).Refuses(403).AllowAnonymous();
    }

    private static async Task<IResult> ChangeAsync(
        Body<ChangePasswordRequest> body, HttpContext http, EntityGrains grains, PasswordHasher passwords, PasswordGuesses guesses, AccessCache access, Mailer mailer,
        AuditTrail audit, SsoDemand demand, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http);
        if (await demand.HoldsAsync(caller.OrganisationId))
        {
            return Problems.From(IdentityErrors.SsoRequired);
        }

        if ((await guesses.RefusalAsync(http, caller) ?? await passwords.ProvesAsync(grains, caller.Key, body.Value.CurrentPassword, http.RequestAborted)) is { } refusal)
        {
            await audit.ProofRefusedAsync(http, caller, refusal);
            return refusal;
        }

        var hash = await passwords.HashAsync(body.Value.NewPassword, http.RequestAborted);
        var command = new ChangePassword(new CommandContext(caller.OrganisationId, caller.UserId, OperationId.Fresh(time), RequestOrigin.Of(http)), hash);
        var changed = await grains.Of<IUserCredentialsGrain>(caller.Key).AskAsync(command, static (grain, command) => grain.ChangePasswordAsync(command));
        access.Forget(caller.Key);
        if (changed.IsSuccess)
        {
            mailer.Send(AccountLetters.PasswordChanged(changed.Value.User));
        }

        return Reply.NoContent(changed);
    }

    // The answer does not tell, by its time either, whether there is such an account: the rest happens after it.
    private static IResult ForgotAsync(Body<ForgotPasswordRequest> body, HttpContext http, Postponed postponed)
    {
        Operation.RequireValidKey(http);
        var (email, origin) = (body.Value.Email, RequestOrigin.Of(http, ActorKind.Anonymous));
        postponed.Run(async services =>
        {
            // Counted for addresses without an account too: one request costs what any other does.
            if (await services.GetRequiredService<LetterBound>().AllowsAsync(email) && await services.GetRequiredService<LoginNames>().FindAsync(email) is { } owner &&
                !await services.GetRequiredService<SsoDemand>().HoldsAsync(owner.OrganisationId))
            {
                await services.GetRequiredService<MailTokens>().SendAsync(owner.Key, MailTokenPurpose.PasswordReset, origin: origin);
            }
        });
        return Reply.NoContent();
    }

    private static async Task<IResult> ResetAsync(Body<ResetPasswordRequest> body, HttpContext http, TokenRedemption redemption)
    {
        Operation.RequireValidKey(http);
        return Reply.NoContent(await redemption.ResetAsync(http, body.Value.Token, body.Value.NewPassword));
    }

    private static async Task<IResult> AcceptAsync(Body<AcceptInvitationRequest> body, HttpContext http, TokenRedemption redemption, SignIn signIn)
    {
        Operation.RequireValidKey(http);
        var request = body.Value;
        var accepted = await redemption.AcceptAsync(http, request.Token, request.Password, request.DisplayName);
        return accepted.IsSuccess
            ? await signIn.CompleteAsync(http, accepted.Value.User.OrganisationId, accepted.Value.User.Id, SignInMethods.Invitation)
            : Reply.Refused(accepted);
    }
}
