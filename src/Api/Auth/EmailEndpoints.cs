using Platform.Api.Access;
using Platform.Api.Audit;
using Platform.Api.Common;
using Platform.Api.Mail;
using Platform.Api.RateLimits;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>Verifying an e-mail address and moving to another one. The new address is the user's only when its letter was read.</summary>
public static class EmailEndpoints
{
    public static void MapEmail(this RouteGroupBuilder auth)
    {
        auth.MapPost("/email/verify", VerifyAsync).Describe("Verifies an address, or moves to a new one, by a mailed token.").Answers(204).Refuses(409).AllowAnonymous();
        auth.MapPost("/email/verification", ResendAsync).Describe("Mails the token to verify the caller's address again.").Answers(204).ForAnyUser();
        auth.MapPost("/email/change", ChangeAsync).Describe("Mails a token to a new address; nothing changes before it is used.")
            .Answers(204).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> ResendAsync(HttpContext http, MailTokens mail)
    {
        Operation.RequireValidKey(http);
        await mail.SendAsync(SignedIn.Of(http).Key, MailTokenPurpose.EmailVerification, origin: RequestOrigin.Of(http));
        return Reply.NoContent();
    }

    private static async Task<IResult> ChangeAsync(
        Body<ChangeEmailRequest> body, HttpContext http, EntityGrains grains, Passwords passwords, PasswordGuesses guesses, MailTokens mail, AuditTrail audit)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http);
        if ((await guesses.RefusalAsync(http, caller) ?? await passwords.ProvesAsync(grains, caller.Key, body.Value.Password, http.RequestAborted)) is { } refusal)
        {
            await audit.ProofRefusedAsync(http, caller, refusal);
            return refusal;
        }

        await mail.SendAsync(caller.Key, MailTokenPurpose.EmailChange, body.Value.NewEmail, RequestOrigin.Of(http));
        return Reply.NoContent();
    }

    private static async Task<IResult> VerifyAsync(
        Body<VerifyEmailRequest> body, HttpContext http, EntityGrains grains, LoginNames logins, Mailer mailer, TimeProvider time)
    {
        Operation.RequireValidKey(http);
        if (MailToken.Parse(body.Value.Token) is not { Purpose: MailTokenPurpose.EmailVerification or MailTokenPurpose.EmailChange } token)
        {
            return Problems.From(IdentityErrors.InvalidToken);
        }

        Caller.Set(token.User.OrganisationId);
        var credentials = grains.Credentials(token.User);
        var known = await GrainCalls.CallAsync(credentials, grain => grain.CheckTokenAsync(token.Purpose, token.Hash));
        if (!known.IsSuccess)
        {
            return Reply.Refused(known);
        }

        // Steps with ids of their own, so that whoever sends the token again after a failure goes on where it stopped.
        var operation = OperationId.FromKey("email", body.Value.Token);
        if (known.Value.NewEmail is { } email)
        {
            var reserved = await logins.ReserveAsync(email, token.User, operation);
            var activated = reserved.IsSuccess ? await logins.ActivateAsync(email, token.User, operation) : reserved;
            if (!activated.IsSuccess)
            {
                return Reply.Refused(activated);
            }
        }

        var command = new RedeemEmail(new CommandContext(token.User.OrganisationId, token.User.Id, operation, RequestOrigin.Of(http)), token.Purpose, token.Hash);
        var redeemed = await GrainCalls.CallAsync(credentials, command, static (grain, command) => grain.RedeemEmailAsync(command));
        if (redeemed is { IsSuccess: true, Value.PreviousEmail: { } previous })
        {
            await logins.ReleaseAsync(previous, token.User, operation);
            mailer.Send(Letters.Moved(redeemed.Value.User.DisplayName, previous));
        }

        return Reply.NoContent(redeemed);
    }
}
