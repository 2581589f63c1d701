using System.Globalization;
using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Ends a sign-in that needs a second factor, and says what a wrong or locked code is answered with.</summary>
[Singleton]
public sealed class SecondFactorSignIn(EntityGrains grains, MfaCodes codes, SignIn signIn, AuditTrail audit, TimeProvider time)
{
    /// <summary>The code of an audit entry and a problem: codes are not looked at for a while.</summary>
    public const string TooManyCodes = "too-many-codes";

    public async Task<IResult> SignInAsync(HttpContext http, string ticket, string code)
    {
        if (MfaToken.Parse(ticket) is not { } token)
        {
            return Problems.From(IdentityErrors.InvalidMfaToken);
        }

        // The ticket is checked before the seed is read: made-up tokens must cost little.
        Caller.Set(token.User.OrganisationId);
        var mfa = await grains.Of<IUserMfaGrain>(token.User).AskAsync(grain => grain.CheckTicketAsync(token.TicketId, token.Hash));
        if (!mfa.IsSuccess)
        {
            return Reply.Refused(mfa);
        }

        var proof = await codes.ReadAsync(token.User, mfa.Value.SeedId, code, http.RequestAborted);
        var (answer, tokens) = await signIn.RedeemAsync(http, token, proof);
        if (!answer.IsSuccess || tokens is not null)
        {
            return answer.IsSuccess ? Reply.Ok(new LoginResponse(tokens!)) : Reply.Refused(answer);
        }

        if (answer.Value.LockedUntil is not null)
        {
            // The entity has counted nothing, and so recorded nothing.
            await audit.RefusedAsync(http, token.User.OrganisationId, null, new AuditEvent("user.sign-in", TooManyCodes, token.User.Id));
        }

        return Refused(answer.Value, IdentityErrors.InvalidCode with { Kind = ErrorKind.Unauthenticated }, time.GetUtcNow());
    }

    /// <summary>
    /// Whoever reads this has given the first factor. While codes are locked, a right one gets the answer of a wrong one.
    /// </summary>
    public static Problem Refused(MfaAnswer answer, Error wrong, DateTimeOffset now) => answer.LockedUntil is { } until
        ? new Problem(429, TooManyCodes, string.Create(
            CultureInfo.InvariantCulture,
            $"Too many wrong codes; codes are looked at again from {until:O} on. A recovery code is accepted."))
        {
            RetryAfter = Math.Max(1, (int)Math.Ceiling((until - now).TotalSeconds)),
        }
        : Problems.From(wrong);
}
