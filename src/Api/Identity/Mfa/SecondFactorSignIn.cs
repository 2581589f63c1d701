using System.Globalization;
using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Completes a sign-in that needs a second factor, and builds the problems for wrong and locked codes.</summary>
[Singleton]
public sealed class SecondFactorSignIn(EntityGrains grains, MfaCodes codes, SignIn signIn, AuditTrail audit, TimeProvider time)
{
    /// <summary>The code of the audit entry and problem while codes are locked.</summary>
    public const string TooManyCodes = "too-many-codes";

    public async Task<IResult> SignInAsync(HttpContext http, string ticket, string code)
    {
        if (MfaToken.Parse(ticket) is not { } token)
        {
            return Problems.From(IdentityErrors.InvalidMfaToken);
        }

        // Checked before the seed is read, because made-up tokens must cost little.
        Caller.Set(token.User.OrganisationId);
        var mfa = await grains.Of<IUserMfaGrain>(token.User).AskAsync(grain => grain.CheckTicketAsync(token.TicketId, token.Hash));
        if (!mfa.IsSuccess)
        {
            return Reply.Refused(mfa);
        }

        var proof = await codes.MatchAsync(token.User, mfa.Value.SeedId, code, http.RequestAborted);
        var (answer, tokens) = await signIn.RedeemAsync(http, token, proof);
        if (!answer.IsSuccess || tokens is not null)
        {
            return answer.IsSuccess ? Reply.Ok(new LoginResponse(tokens!)) : Reply.Refused(answer);
        }

        if (answer.Value.LockedUntil is not null)
        {
            // The entity does not count the attempt while it is locked, so it records nothing.
            await audit.RefusedAsync(http, token.User.OrganisationId, null, new AuditEvent("user.sign-in", TooManyCodes, token.User.Id));
        }

        return Refused(answer.Value, IdentityErrors.InvalidCode with { Kind = ErrorKind.Unauthenticated }, time.GetUtcNow());
    }

    /// <summary>The caller has given the first factor. While codes are locked, a right code gets the same answer as a wrong one.</summary>
    public static Problem Refused(MfaAnswer answer, Error wrong, DateTimeOffset now) => answer.LockedUntil is { } until
        ? new Problem(429, TooManyCodes, string.Create(
            CultureInfo.InvariantCulture,
            $"Too many wrong codes. Codes are accepted again from {until:O}; a recovery code is accepted now."))
        {
            RetryAfter = Math.Max(1, (int)Math.Ceiling((until - now).TotalSeconds)),
        }
        : Problems.From(wrong);
}
