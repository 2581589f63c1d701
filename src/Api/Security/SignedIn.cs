using System.Security.Claims;
using Platform.Api.Security.Tokens;

namespace Platform.Api.Security;

/// <summary>The kind of a caller.</summary>
public enum CallerKind
{
    User,
    ServiceAccount,
}

/// <summary>A caller from a verified access token (user, organisation and session) or a verified key of a service account.</summary>
public sealed class SignedIn : ClaimsPrincipal
{
    private readonly AccessToken? _token;

    public SignedIn(AccessToken token)
        : this(CallerKind.User, new EntityKey(token.OrganisationId, token.UserId), token.SessionId) => _token = token;

    public SignedIn(ApiKey key)
        : this(CallerKind.ServiceAccount, key.Account, key.Id)
    {
    }

    private SignedIn(CallerKind kind, EntityKey key, Guid proofId)
        : base(new ClaimsIdentity([new Claim("sub", key.Id.ToString())], "Bearer", "sub", "role")) =>
        (Kind, Key, ProofId) = (kind, key, proofId);

    public CallerKind Kind { get; }

    /// <summary>The user's token. Throws for service accounts.</summary>
    public AccessToken Token => _token ?? throw new InvalidOperationException("A service account has no session.");

    public EntityKey Key { get; }

    /// <summary>The id of the session or key that must be alive.</summary>
    public Guid ProofId { get; }

    /// <summary>The actor: the user, or the service account.</summary>
    public Guid UserId => Key.Id;

    public Guid OrganisationId => Key.OrganisationId;
}

/// <summary>
/// The claims of an access token. Times are whole seconds. Acr is the assurance level of the sign-in, AuthTime its time, and
/// PermissionEpoch the version of the caller's permissions at that time.
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
