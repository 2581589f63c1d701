using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Mfa;
using Platform.Api.Identity.Registration;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;
using Platform.Identity;

namespace Platform.Api.Identity.Passwords;

/// <summary>
/// Changes and resets passwords, and accepts invitations. Each ends every session, so that anyone who knew the old password is signed out.
/// </summary>
public static class PasswordEndpoints
{
    public static void MapPasswords(this RouteGroupBuilder auth)
    {
        auth.MapPost("/password/change", ChangeAsync).Describe("Sets a new password. Every session ends, including this one.")
            .Answers(204).Refuses(409).ForAnyUser().EvenWhenSuspended().Revokes();
        auth.MapPost("/password/forgot", ForgotAsync).Describe("Mails a token to reset the password, if the account exists.")
            .Answers(204).AllowAnonymous();
        auth.MapPost("/password/reset", ResetAsync).Describe("Sets a new password with a mailed token.")
            .Answers(204).Refuses(403).AllowAnonymous();
        auth.MapPost("/invitations/accept", AcceptAsync).Describe("Accepts an invitation with its mailed token, and sets a password.")
            .Answers<SignInResponse>(200).Refuses(403).AllowAnonymous();
    }

    private static Task<IResult> ChangeAsync(Body<ChangePasswordRequest> body, Call call, PasswordChange change) =>
        change.ChangeAsync(call, body.Value.CurrentPassword, body.Value.NewPassword);

    // The work is done after the response, so that neither its content nor its timing reveals whether the account exists.
    private static IResult ForgotAsync(Body<ForgotPasswordRequest> body, HttpContext http, DeferredWork deferred)
    {
        IdempotencyKey.Check(http);
        var (email, origin) = (body.Value.Email, RequestOrigin.Of(http, ActorKind.Anonymous));
        deferred.Enqueue(async services =>
        {
            // Addresses without an account are counted too, so that every request costs the same.
            if (await services.GetRequiredService<LetterBound>().AllowsAsync(email) &&
                await services.GetRequiredService<LoginNames>().FindAsync(email) is { } owner &&
                !await services.GetRequiredService<SsoDemand>().IsRequiredAsync(owner.OrganisationId))
            {
                await services.GetRequiredService<MailTokens>().SendAsync(owner.Key, MailTokenPurpose.PasswordReset, origin: origin);
            }
        });
        return Reply.NoContent();
    }

    private static async Task<IResult> ResetAsync(Body<ResetPasswordRequest> body, HttpContext http, TokenRedemption redemption)
    {
        IdempotencyKey.Check(http);
        return Reply.NoContent(await redemption.ResetAsync(http, body.Value.Token, body.Value.NewPassword));
    }

    private static async Task<IResult> AcceptAsync(
        Body<AcceptInvitationRequest> body, HttpContext http, TokenRedemption redemption, SignIn signIn)
    {
        IdempotencyKey.Check(http);
        var request = body.Value;
        var accepted = await redemption.AcceptAsync(http, request.Token, request.Password, request.DisplayName);
        return accepted.IsSuccess
            ? await signIn.CompleteAsync(http, accepted.Value.User.OrganisationId, accepted.Value.User.Id, SignInMethods.Invitation)
            : Reply.Refused(accepted);
    }
}
