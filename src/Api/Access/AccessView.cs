using System.Collections.Frozen;
using Platform.Api.Auth;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Api.Access;

/// <summary>
/// What one user or service account may do, as of a moment ago: sessions or keys that are alive, and permissions. Immutable, shared
/// by the requests of that caller.
/// </summary>
public sealed class AccessView
{
    // Who asks for the user behind a service account finds the least that there is.
    private static readonly UserAccess NoUser = new(UserStatus.Disabled, UserTier.SubUser, [], 0, [], false, null, 0);

    private readonly bool _active;
    private readonly FrozenDictionary<Guid, DateTimeOffset> _proofs;
    private readonly FrozenDictionary<Guid, Digest> _secrets = FrozenDictionary<Guid, Digest>.Empty;
    private readonly FrozenSet<string> _permissions;

    public AccessView(UserAccess user)
    {
        User = user;
        _active = user.Status == UserStatus.Active;
        _proofs = user.Sessions.ToFrozenDictionary(session => session.Id, session => session.ExpiresAt);
        _permissions = Auth.Permissions.Of(user.Tier).ToFrozenSet(StringComparer.Ordinal);
    }

    public AccessView(ServiceAccountAccess account)
    {
        User = NoUser;
        _active = account.Status == ServiceAccountStatus.Active;
        _proofs = account.Keys.ToFrozenDictionary(key => key.Id, key => key.ExpiresAt);
        _secrets = account.Keys.ToFrozenDictionary(key => key.Id, key => key.SecretHash);
        _permissions = account.Permissions.ToFrozenSet(StringComparer.Ordinal);
    }

    public UserAccess User { get; }

    public bool IsAlive(SignedIn caller, DateTimeOffset now) => IsAlive(caller.ProofId, now);

    /// <summary>Whether this is a key of the service account, with its secret, and alive.</summary>
    public bool Verifies(ApiKey key, DateTimeOffset now) =>
        _secrets.TryGetValue(key.Id, out var secret) && secret.Matches(key.Hash) && IsAlive(key.Id, now);

    public bool Allows(string permission) => _permissions.Contains(permission);

    /// <summary>The view that admitted this request.</summary>
    public static AccessView Of(HttpContext http) =>
        http.Features.Get<AccessView>() ?? throw new InvalidOperationException("The route is open to anonymous callers.");

    private bool IsAlive(Guid proofId, DateTimeOffset now) => _active && _proofs.TryGetValue(proofId, out var expires) && expires > now;
}
