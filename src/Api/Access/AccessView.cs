using System.Collections.Frozen;
using Platform.Api.Auth;
using Platform.Identity;

namespace Platform.Api.Access;

/// <summary>What one user may do, as of a moment ago: sessions that are alive and permissions. Immutable, shared by the requests of that user.</summary>
public sealed class AccessView(UserAccess user)
{
    private readonly FrozenDictionary<Guid, DateTimeOffset> _sessions = user.Sessions.ToFrozenDictionary(session => session.Id, session => session.ExpiresAt);
    private readonly FrozenSet<string> _permissions = Auth.Permissions.Of(user.Tier).ToFrozenSet(StringComparer.Ordinal);

    public UserAccess User { get; } = user;

    public bool IsAlive(AccessToken token, DateTimeOffset now) =>
        User.Status == UserStatus.Active && _sessions.TryGetValue(token.SessionId, out var expires) && expires > now;

    public bool Allows(string permission) => _permissions.Contains(permission);

    /// <summary>The view that admitted this request.</summary>
    public static AccessView Of(HttpContext http) =>
        http.Features.Get<AccessView>() ?? throw new InvalidOperationException("The route is open to anonymous callers.");
}
