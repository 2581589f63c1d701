using System.Collections.Frozen;
using Platform.Grains.Access;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Api.Security.Access;

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

    public AccessView(EntityKey key, UserAccess user, OrganisationRules rules)
    {
        (User, Rules) = (user, rules);
        _active = user.Status == UserStatus.Active;
        _proofs = user.Sessions.ToFrozenDictionary(session => session.Id, session => session.ExpiresAt);
        Effective = EffectiveAccess.Of(key.Id, user.Tier, user.Grants, rules.Book.Roles, rules.Book.Tree);
        Resource = ResourceRef.UserWith(key.Id, user.Grants);
    }

    public AccessView(EntityKey key, ServiceAccountAccess account, OrganisationRules rules)
    {
        (User, Account, Rules) = (NoUser, account, rules);
        _active = account.Status == ServiceAccountStatus.Active;
        _proofs = account.Keys.ToFrozenDictionary(live => live.Id, live => live.ExpiresAt);
        Effective = EffectiveAccess.OfServiceAccount(key.Id, account.Permissions, rules.Book.Roles, rules.Book.Tree);
        Resource = ResourceRef.UserWith(key.Id, []);
    }

    public UserAccess User { get; }

    /// <summary>Null where this is a user.</summary>
    public ServiceAccountAccess? Account { get; }

    public OrganisationRules Rules { get; }

    public EffectiveAccess Effective { get; }

    /// <summary>The user as something that others read and manage: reached through the dealers of their grants.</summary>
    public ResourceRef Resource { get; }

    public bool IsAlive(SignedIn caller, DateTimeOffset now) => _active && _proofs.TryGetValue(caller.ProofId, out var expires) && expires > now;

    /// <summary>The organisation demands a second factor that the user has yet to set up: until then they may do nothing else.</summary>
    public bool MustSetUpMfa => Account is null && Rules.Organisation.RequireMfa && !User.MfaEnabled;

    /// <summary>Whether the permission is held in the whole organisation.</summary>
    public bool Allows(string permission) => Effective.Allows(permission).Organisation;

    /// <summary>The view that admitted this request.</summary>
    public static AccessView Of(HttpContext http) =>
        http.Features.Get<AccessView>() ?? throw new InvalidOperationException("The route is open to anonymous callers.");
}
