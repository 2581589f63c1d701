using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Identity;

namespace Platform.Api.Security;

/// <summary>The challenge of a sensitive route (RFC 9470): how strong and how recent the sign-in must be.</summary>
public static class StepUp
{
    /// <summary>
    /// As a route that <c>NeedsStepUp</c>, for a route that only needs it for some of what it does (<c>NeedsStepUpFor</c>).
    /// </summary>
    public static IResult? Challenge(Call call) => Challenge(
        call.Caller, call.Access.User, call.Http.RequestServices.GetRequiredService<IOptions<StepUpOptions>>().Value.StepUpAge, call.Now);

    /// <summary>
    /// Null if the token is good enough. A user who has a second factor must have used it. A service account has no session: its key is all
    /// the proof that there is, and its scope bounds it.
    /// </summary>
    public static IResult? Challenge(SignedIn caller, UserAccess user, TimeSpan maxAge, DateTimeOffset now)
    {
        if (caller.Kind != CallerKind.User)
        {
            return null;
        }

        var acr = user.MfaEnabled ? Assurance.TwoFactors : Assurance.OneFactor;
        return (caller.Token.Acr == Assurance.TwoFactors || acr == Assurance.OneFactor) && now - caller.Token.AuthTime <= maxAge ? null : new Challenged(acr, maxAge);
    }

    private sealed class Challenged(string acr, TimeSpan maxAge) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var seconds = ((int)maxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            httpContext.Response.Headers.WWWAuthenticate =
                $"Bearer error=\"insufficient_user_authentication\", error_description=\"Prove again who you are\", acr_values=\"{acr}\", max_age={seconds}";
            return new Problem(401, "insufficient-user-authentication", "This needs a more recent or a stronger sign-in: POST /api/v1/auth/step-up.")
            {
                Extensions = new Dictionary<string, object> { ["acrValues"] = acr, ["maxAge"] = (int)maxAge.TotalSeconds },
            }.ExecuteAsync(httpContext);
        }
    }
}
