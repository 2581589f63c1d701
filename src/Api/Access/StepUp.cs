using System.Globalization;
using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Access;

/// <summary>The challenge of a sensitive route (RFC 9470): how strong and how recent the sign-in must be.</summary>
public static class StepUp
{
    /// <summary>As a route that <c>NeedsStepUp</c>, for one that only needs it for some of what it does.</summary>
    public static IResult? Challenge(HttpContext http, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        return caller.Kind == CallerKind.User
            ? Challenge(caller.Token, AccessView.Of(http).User, StepUpNeed.Recent, time.GetUtcNow())
            : AccessGate.UsersOnly;
    }

    /// <summary>Null where the token is good enough. Who has a second factor must have used it.</summary>
    public static IResult? Challenge(AccessToken token, UserAccess user, StepUpNeed need, DateTimeOffset now)
    {
        var acr = user.MfaEnabled ? Assurance.TwoFactors : Assurance.OneFactor;
        return (token.Acr == Assurance.TwoFactors || acr == Assurance.OneFactor) && now - token.AuthTime <= need.MaxAge ? null : new Challenged(acr, need.MaxAge);
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
