using System.Security.Claims;
using Platform.Api.Security.Tokens;

namespace Platform.Api.Security;

/// <summary>What a caller is.</summary>
public enum CallerKind
{
    User,
    ServiceAccount,
}

/// <summary>The caller as a verified access token says (user, organisation and session), or a verified key of a service account.</summary>
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

    /// <summary>The token of a user. The routes that ask for it admit users alone.</summary>
    public AccessToken Token => _token ?? throw new InvalidOperationException("A service account has no session.");

    public EntityKey Key { get; }

    /// <summary>What has to be alive for as long as the caller is admitted: the session, or the key.</summary>
    public Guid ProofId { get; }

    /// <summary>The actor: the user, or the service account.</summary>
    public Guid UserId => Key.Id;

    public Guid OrganisationId => Key.OrganisationId;
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
