using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;
using Platform.Identity;

namespace Platform.Api.Identity.Registration;

/// <summary>Verifies, changes and frees e-mail addresses. A new address takes effect only once the token mailed to it is used.</summary>
public static class EmailEndpoints
{
    public static void MapEmail(this RouteGroupBuilder auth)
    {
        auth.MapPost("/email/verify", VerifyAsync).Describe("Verifies an address, or changes to a new one, with a mailed token.")
            .Answers(204).Refuses(403, 409).AllowAnonymous();
        auth.MapPost("/email/free", FreeAsync)
            .Describe(
                "Frees an address from an account that has never verified it, with a mailed token. Every session of that account ends.")
            .Answers(204).AllowAnonymous();
        auth.MapPost("/email/verification", ResendAsync).Describe("Mails another token to verify the caller's address.")
            .Answers(204).ForAnyUser();
        auth.MapPost("/email/change", ChangeAsync).Describe("Mails a token to a new address. The address changes once the token is used.")
            .Answers(204).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> ResendAsync(Call call, LetterBound bound, MailTokens mail)
    {
        call.CheckKey();
        var user = await call.Grain<IUserGrain>(call.UserId).AskAsync(static grain => grain.GetAsync());
        if (!user.IsSuccess)
        {
            return Reply.Refused(user);
        }

        await bound.RequireAsync(user.Value.Email);
        await mail.SendAsync(call.Caller.Key, MailTokenPurpose.EmailVerification, origin: call.Origin);
        return Reply.NoContent();
    }

    private static async Task<IResult> ChangeAsync(
        Body<ChangeEmailRequest> body, Call call, PasswordProof passwords, LetterBound bound, MailTokens mail)
    {
        call.CheckKey();
        if (await passwords.RefusalAsync(call, body.Value.Password) is { } refusal)
        {
            return refusal;
        }

        await bound.RequireAsync(body.Value.NewEmail);
        await mail.SendAsync(call.Caller.Key, MailTokenPurpose.EmailChange, body.Value.NewEmail, call.Origin);
        return Reply.NoContent();
    }

    private static async Task<IResult> VerifyAsync(Body<VerifyEmailRequest> body, HttpContext http, TokenRedemption redemption)
    {
        IdempotencyKey.Check(http);
        return Reply.NoContent(await redemption.VerifyAsync(http, body.Value.Token));
    }

    private static async Task<IResult> FreeAsync(Body<FreeEmailRequest> body, HttpContext http, TokenRedemption redemption)
    {
        IdempotencyKey.Check(http);
        return Reply.NoContent(await redemption.FreeAsync(body.Value.Token));
    }
}
