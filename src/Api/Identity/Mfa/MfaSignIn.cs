using Platform.Api.Http;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Accepts the second factor: at the end of a sign-in, and again within a session (step-up, RFC 9470).</summary>
public static class MfaSignIn
{
    public static void MapMfaSignIn(this RouteGroupBuilder auth)
    {
        auth.MapPost("/login/mfa", LoginAsync)
            .Describe("Completes a sign-in that needs a second factor, with a one-time code or a recovery code.")
            .Answers<LoginResponse>(200).Refuses(401).AllowAnonymous();
        auth.MapPost("/step-up", StepUpAsync)
            .Describe("Verifies the caller again. Returns a new access token of the same session, with the assurance of this proof.")
            .Answers<StepUpResponse>(200).Refuses(409).ForAnyUser().EvenWithoutMfa().Revokes();
    }

    private static Task<IResult> LoginAsync(Body<LoginMfaRequest> body, HttpContext http, SecondFactorSignIn signIn)
    {
        IdempotencyKey.Check(http);
        return signIn.SignInAsync(http, body.Value.MfaToken, body.Value.Code);
    }

    private static async Task<IResult> StepUpAsync(
        Body<StepUpRequest> body, Call call, PasswordProof passwords, MfaCodes codes, TokenSigner signer, AuditTrail audit)
    {
        var context = call.FreshContext();
        var grain = call.Grain<IUserMfaGrain>(call.UserId);
        var mfa = await grain.AskAsync(static grain => grain.GetAsync());
        if (!mfa.IsSuccess)
        {
            return Reply.Refused(mfa);
        }

        var (password, code) = (body.Value.Password, body.Value.Code);
        if (Missing(mfa.Value, password, code) is { } missing)
        {
            return Problems.From(missing);
        }

        if (password is not null && await passwords.RefusalAsync(call, password) is { } wrong)
        {
            return wrong;
        }

        if (code is null)
        {
            var view = call.Access.User;
            var session = view.Sessions.First(session => session.Id == call.Caller.Token.SessionId);
            return Issued(signer, call, Assurance.OneFactor, session.ExpiresAt, view.Epoch);
        }

        var proof = await codes.MatchAsync(call.Caller.Key, mfa.Value.SeedId, code, call.Aborted);
        var command = new ProveSecondFactor(context, call.Caller.Token.SessionId, proof);
        var answer = await grain.AskAsync(command, static (grain, command) => grain.ProveAsync(command));
        if (answer is { IsSuccess: true, Value.LockedUntil: not null })
        {
            await audit.CodeRefusedAsync(call, SecondFactorSignIn.TooManyCodes);
        }

        return !answer.IsSuccess ? Reply.Refused(answer)
            : answer.Value.Session is { } proved ? Issued(signer, call, Assurance.TwoFactors, proved.ExpiresAt, answer.Value.Epoch)
            : SecondFactorSignIn.Refused(answer.Value, IdentityErrors.InvalidCode, call.Now);
    }

    private static Error? Missing(MfaView mfa, string? password, string? code) => (mfa.Enabled, password, code) switch
    {
        (true, _, null) => IdentityErrors.CodeRequired,
        (false, _, { }) => IdentityErrors.MfaNotEnabled,
        (false, null, _) => IdentityErrors.PasswordRequired,
        _ => null,
    };

    // Only this token has the higher assurance; the session and its refresh token do not change.
    private static IResult Issued(TokenSigner signer, Call call, string acr, DateTimeOffset sessionExpiresAt, long epoch)
    {
        var (text, lifetime) = signer.Issue(call.Caller.Key, call.Caller.Token.SessionId, acr, call.Now, sessionExpiresAt, epoch);
        return Reply.Ok(new StepUpResponse(text, (int)lifetime.TotalSeconds, "Bearer"));
    }
}
