using Platform.Api.Common;

namespace Platform.Api.Auth;

/// <summary>Ends a sign-in whose first factor was given: starts a session and answers its tokens.</summary>
public sealed class SignIn(TokenSigner signer)
{
    /// <summary>Method names how the caller was authenticated: <c>oidc:google</c>, <c>ldap</c>.</summary>
    public Task<IResult> CompleteAsync(HttpContext http, Guid organisationId, Guid userId, string method)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(method);
        return Task.FromResult(Reply.Ok(new LoginResponse(
            new Tokens(signer.Issue(userId, organisationId, "aal1").Text, (int)TokenOptions.Lifetime.TotalSeconds, "Bearer"))));
    }
}
