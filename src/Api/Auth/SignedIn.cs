using System.Security.Claims;

namespace Platform.Api.Auth;

/// <summary>The caller as a verified access token says: user, organisation and session.</summary>
public sealed class SignedIn : ClaimsPrincipal
{
    public SignedIn(AccessToken token)
        : base(new ClaimsIdentity([new Claim("sub", token.UserId.ToString())], "Bearer", "sub", "role")) => Token = token;

    public AccessToken Token { get; }

    public EntityKey Key => new(Token.OrganisationId, Token.UserId);

    public Guid UserId => Token.UserId;

    public Guid OrganisationId => Token.OrganisationId;

    /// <summary>The caller of a route that asks for one, made the caller of the grain calls that follow.</summary>
    public static SignedIn Of(HttpContext http)
    {
        var caller = (SignedIn)http.User;
        Caller.Set(caller.OrganisationId);
        return caller;
    }
}

/// <summary>
/// What an access token says. Times are whole seconds. Acr is the assurance of the sign-in, AuthTime when it was,
/// PermissionEpoch the state of the permissions that the caller had then.
/// </summary>
public sealed record AccessToken(
    Guid UserId,
    Guid OrganisationId,
    Guid SessionId,
    Guid TokenId,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    string Acr,
    DateTimeOffset AuthTime,
    long PermissionEpoch);
