using System.Collections.Frozen;
using Platform.Api.Auth;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Api.Access;

/// <summary>What one user may do, as of a moment ago: sessions that are alive and permissions. Immutable, shared by the requests of that user.</summary>
public sealed class AccessView(EntityKey key, UserAccess user, OrganisationRules rules)
{
    private readonly FrozenDictionary<Guid, DateTimeOffset> _sessions = user.Sessions.ToFrozenDictionary(session => session.Id, session => session.ExpiresAt);

    public UserAccess User { get; } = user;

    public OrganisationRules Rules { get; } = rules;

    public EffectiveAccess Effective { get; } = EffectiveAccess.Of(key.Id, user.Tier, user.Grants, rules.Book.Roles, rules.Book.Tree);

    /// <summary>The user as something that others read and manage: reached through the dealers of their grants.</summary>
    public ResourceRef Resource { get; } =
        ResourceRef.OwnedBy(key.Id, [.. user.Grants.Where(grant => grant.DealerId is not null).Select(grant => grant.DealerId!.Value).Distinct()]);

    public bool IsAlive(AccessToken token, DateTimeOffset now) =>
        User.Status == UserStatus.Active && _sessions.TryGetValue(token.SessionId, out var expires) && expires > now;

    /// <summary>The organisation demands a second factor that the user has yet to set up: until then they may do nothing else.</summary>
    public bool MustSetUpMfa => Rules.Organisation.RequireMfa && !User.MfaEnabled;

    /// <summary>Whether the permission is held in the whole organisation.</summary>
    public bool Allows(string permission) => Effective.Allows(permission).Organisation;

    /// <summary>The view that admitted this request.</summary>
    public static AccessView Of(HttpContext http) =>
        http.Features.Get<AccessView>() ?? throw new InvalidOperationException("The route is open to anonymous callers.");
}
