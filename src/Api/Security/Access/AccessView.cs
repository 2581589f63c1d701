using System.Collections.Frozen;
using Platform.Grains.Access;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Api.Security.Access;

/// <summary>
/// A recent snapshot of what one user or service account may do: their live sessions or keys, and permissions. Immutable, and shared
/// by that caller's requests.
/// </summary>
public sealed class AccessView
{
    // The user of a service account: disabled and without rights.
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

    /// <summary>Null if this is a user.</summary>
    public ServiceAccountAccess? Account { get; }

    public OrganisationRules Rules { get; }

    public EffectiveAccess Effective { get; }

    /// <summary>The user as a resource that others read and manage, reached through the dealers of the user's grants.</summary>
    public ResourceRef Resource { get; }

    public bool IsAlive(SignedIn caller, DateTimeOffset now) =>
        _active && _proofs.TryGetValue(caller.ProofId, out var expires) && expires > now;

    /// <summary>Whether the user must set up the second factor that the organisation requires before doing anything else.</summary>
    public bool MustSetUpMfa => Account is null && Rules.Organisation.RequireMfa && !User.MfaEnabled;

    /// <summary>Whether the permission is granted in the whole organisation.</summary>
    public bool Allows(string permission) => Effective.Allows(permission).Organisation;

    /// <summary>The view that admitted this request.</summary>
    public static AccessView Of(HttpContext http) =>
        http.Features.Get<AccessView>() ?? throw new InvalidOperationException("The route is open to anonymous callers.");
}
