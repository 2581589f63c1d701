using System.Globalization;
using Platform.Api.Http;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Giving the second factor: at the end of a sign-in, and again in a session (step-up, RFC 9470).</summary>
public static class MfaSignIn
{
    private const string TooManyCodes = "too-many-codes";

    public static void MapMfaSignIn(this RouteGroupBuilder auth)
    {
        auth.MapPost("/login/mfa", LoginAsync).Describe("Ends a sign-in that needs a second factor, by a one-time code or a recovery code.")
            .Answers<LoginResponse>(200).Refuses(401, 429, 503).AllowAnonymous();
        auth.MapPost("/step-up", StepUpAsync).Describe("Proves again who the caller is: a fresh access token of the same session, as strong as the proof.")
            .Answers<StepUpResponse>(200).Refuses(409, 429).ForAnyUser().EvenWithoutMfa().Revokes();
    }

    private static async Task<IResult> LoginAsync(
        Body<LoginMfaRequest> body, HttpContext http, EntityGrains grains, MfaCodes codes, SignIn signIn, AuditTrail audit, TimeProvider time)
    {
        _ = Operation.Of(http, Caller.Platform, "login/mfa", Guid.Empty, time, required: false);
        if (MfaToken.Parse(body.Value.MfaToken) is not { } token)
        {
            return Problems.From(IdentityErrors.InvalidMfaToken);
        }

        // Looked at before the seed is: made-up tokens must cost little.
        Caller.Set(token.User.OrganisationId);
        var mfa = await grains.Of<IUserMfaGrain>(token.User).AskAsync(grain => grain.CheckTicketAsync(token.TicketId, token.Hash));
        if (!mfa.IsSuccess)
        {
            return Reply.Refused(mfa);
        }

        var proof = await codes.ReadAsync(token.User, mfa.Value.SeedId, body.Value.Code, http.RequestAborted);
        var (answer, tokens) = await signIn.RedeemAsync(http, token, proof);
        if (!answer.IsSuccess || tokens is not null)
        {
            return answer.IsSuccess ? Reply.Ok(new LoginResponse(tokens!)) : Reply.Refused(answer);
        }

        if (answer.Value.LockedUntil is not null)
        {
            // The entity has counted nothing, and so recorded nothing.
            await audit.RefusedAsync(http, token.User.OrganisationId, null, "user.sign-in", TooManyCodes, token.User.Id);
        }

        return Refused(answer.Value, IdentityErrors.InvalidCode with { Kind = ErrorKind.Unauthenticated }, time);
    }

    private static async Task<IResult> StepUpAsync(
        Body<StepUpRequest> body, HttpContext http, EntityGrains grains, PasswordHasher passwords, PasswordGuesses guesses, MfaCodes codes, TokenSigner signer,
        AuditTrail audit, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = Operation.Context(http, caller, "step-up", caller.UserId, time, required: false) with { Operation = OperationId.Fresh(time) };
        var mfa = await grains.Of<IUserMfaGrain>(caller.Key).AskAsync(static grain => grain.GetAsync());
        if (!mfa.IsSuccess)
        {
            return Reply.Refused(mfa);
        }

        var (password, code) = (body.Value.Password, body.Value.Code);
        if (Missing(mfa.Value, password, code) is { } missing)
        {
            return Problems.From(missing);
        }

        if (password is not null && (await guesses.RefusalAsync(http, caller) ?? await passwords.ProvesAsync(grains, caller.Key, password, http.RequestAborted)) is { } wrong)
        {
            await audit.ProofRefusedAsync(http, caller, wrong);
            return wrong;
        }

        if (code is null)
        {
            var view = AccessView.Of(http).User;
            return Issued(signer, caller, Assurance.OneFactor, time, view.Sessions.First(session => session.Id == caller.Token.SessionId).ExpiresAt, view.Epoch);
        }

        var proof = await codes.ReadAsync(caller.Key, mfa.Value.SeedId, code, http.RequestAborted);
        var command = new ProveSecondFactor(context, caller.Token.SessionId, proof);
        var answer = await grains.Of<IUserMfaGrain>(caller.Key).AskAsync(command, static (grain, command) => grain.ProveAsync(command));
        if (answer is { IsSuccess: true, Value.LockedUntil: not null })
        {
            await audit.CodeRefusedAsync(http, caller, TooManyCodes);
        }

        return !answer.IsSuccess ? Reply.Refused(answer)
            : answer.Value.Session is { } proved ? Issued(signer, caller, Assurance.TwoFactors, time, proved.ExpiresAt, answer.Value.Epoch)
            : Refused(answer.Value, IdentityErrors.InvalidCode, time);
    }

    private static Error? Missing(MfaView mfa, string? password, string? code) => (mfa.Enabled, password, code) switch
    {
        (true, _, null) => IdentityErrors.CodeRequired,
        (false, _, { }) => IdentityErrors.MfaNotEnabled,
        (false, null, _) => IdentityErrors.PasswordRequired,
        _ => null,
    };

    // The elevation is in this token alone: the session and its refresh token are as strong as they were.
    private static IResult Issued(TokenSigner signer, SignedIn caller, string acr, TimeProvider time, DateTimeOffset sessionExpiresAt, long epoch)
    {
        var (text, lifetime) = signer.Issue(caller.Key, caller.Token.SessionId, acr, time.GetUtcNow(), sessionExpiresAt, epoch);
        return Reply.Ok(new StepUpResponse(text, (int)lifetime.TotalSeconds, "Bearer"));
    }

    // Whoever reads this has given the first factor. While it is locked a right code is answered as a wrong one.
    private static Problem Refused(MfaAnswer answer, Error wrong, TimeProvider time) => answer.LockedUntil is { } until
        ? new Problem(429, TooManyCodes, string.Create(CultureInfo.InvariantCulture, $"Too many wrong codes; codes are looked at again from {until:O} on. A recovery code is accepted."))
        {
            RetryAfter = Math.Max(1, (int)Math.Ceiling((until - time.GetUtcNow()).TotalSeconds)),
        }
        : Problems.From(wrong);
}
