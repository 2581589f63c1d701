using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Identity;

namespace Platform.Api.Security;

/// <summary>The challenge of a sensitive route (RFC 9470): how strong and how recent the sign-in must be.</summary>
public static class StepUp
{
    /// <summary>
    /// For routes that need step-up only for some requests (<c>NeedsStepUpFor</c>): returns null if the token is good enough.
    /// </summary>
    public static IResult? Challenge(Call call) => Challenge(
        call.Caller, call.Access.User, call.Http.RequestServices.GetRequiredService<IOptions<StepUpOptions>>().Value.StepUpAge, call.Now);

    /// <summary>
    /// Returns null if the token is good enough. A user with a second factor must have used it. A service account has no session; its key
    /// is the only proof, and its scope limits it.
    /// </summary>
    public static IResult? Challenge(SignedIn caller, UserAccess user, TimeSpan maxAge, DateTimeOffset now)
    {
        if (caller.Kind != CallerKind.User)
        {
            return null;
        }

        var acr = user.MfaEnabled ? Assurance.TwoFactors : Assurance.OneFactor;
        return (caller.Token.Acr == Assurance.TwoFactors || acr == Assurance.OneFactor) && now - caller.Token.AuthTime <= maxAge
            ? null
            : new Challenged(acr, maxAge);
    }

    private sealed class Challenged(string acr, TimeSpan maxAge) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var seconds = ((int)maxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            httpContext.Response.Headers.WWWAuthenticate =
                "Bearer error=\"insufficient_user_authentication\", error_description=\"Sign in again\", " +
                    $"acr_values=\"{acr}\", max_age={seconds}";
            return new Problem(
                401, "insufficient-user-authentication", "A more recent or stronger sign-in is required: POST /api/v1/auth/step-up.")
            {
                Extensions = new Dictionary<string, object> { ["acrValues"] = acr, ["maxAge"] = (int)maxAge.TotalSeconds },
            }.ExecuteAsync(httpContext);
        }
    }
}
