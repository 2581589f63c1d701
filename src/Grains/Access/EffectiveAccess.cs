using Platform.Access;
using Platform.Grains.Dealers;
using Platform.Identity;

namespace Platform.Grains.Access;

/// <summary>
/// What one user may do, computed from tier, grants, roles and dealer tree. Pure and immutable: built once per version of these, then
/// queried by lookup. A grant at a dealer applies to that dealer and everything below it. At or below a disabled dealer, grants have no
/// effect, and nothing can be reached through dealers.
/// </summary>
public sealed class EffectiveAccess
{
    private readonly IReadOnlyList<string> _permissions;
    private readonly PermissionScope[] _scopes;

    private EffectiveAccess(
        Guid userId, UserTier? tier, IReadOnlyList<Grant> grants, IReadOnlyList<string> permissions, RoleBook roles, DealerTree tree)
    {
        (UserId, Tier, Grants, Roles, Tree, _permissions) = (userId, tier, grants, roles, tree, permissions);
        _scopes = ScopesOf(tier, grants, permissions, roles, tree);
    }

    public Guid UserId { get; }

    /// <summary>Null for a service account, which has exactly the permissions that it was given.</summary>
    public UserTier? Tier { get; }

    public IReadOnlyList<Grant> Grants { get; }

    public RoleBook Roles { get; }

    public DealerTree Tree { get; }

    public static EffectiveAccess Of(Guid userId, UserTier? tier, IReadOnlyList<Grant> grants, RoleBook roles, DealerTree tree) =>
        new(userId, tier, grants, [], roles, tree);

    public static EffectiveAccess OfServiceAccount(Guid id, IReadOnlyList<string> permissions, RoleBook roles, DealerTree tree) =>
        new(id, null, [], permissions, roles, tree);

    /// <summary>The same caller with other versions of the roles and the dealer tree.</summary>
    public EffectiveAccess With(RoleBook roles, DealerTree tree) => new(UserId, Tier, Grants, _permissions, roles, tree);

    /// <summary>Where this permission applies; <see cref="PermissionScope.None"/> if the user does not have it.</summary>
    public PermissionScope Allows(string permission) =>
        PermissionCatalogue.IndexOf(permission) is >= 0 and var index ? _scopes[index] : PermissionScope.None;

    public bool Allows(string permission, ResourceRef resource) => Covers(Allows(permission), resource);

    /// <summary>As <see cref="Allows(string, ResourceRef)"/>, with every reason for or against it.</summary>
    public AccessAnswer Explain(string permission, ResourceRef resource) => Explanation.Of(this, permission, resource);

    /// <summary>The user's permissions and their sources, in the order of the catalogue.</summary>
    public IReadOnlyList<EffectivePermission> List() =>
    [
        .. PermissionCatalogue.All.Where((_, index) => _scopes[index].Kind != ScopeKind.None)
            .Select(permission =>
                new EffectivePermission(permission, Allows(permission.Code), Explanation.SourcesOf(this, permission.Code))),
    ];

    internal bool Covers(PermissionScope scope, ResourceRef resource)
    {
        if (scope.Organisation || (scope.Own && resource.OwnerId == UserId))
        {
            return true;
        }

        foreach (var dealer in resource.Dealers)
        {
            if (Tree.IsReached(dealer, scope.Dealers))
            {
                return true;
            }
        }

        return false;
    }

    private static PermissionScope[] ScopesOf(
        UserTier? tier, IReadOnlyList<Grant> grants, IReadOnlyList<string> permissions, RoleBook roles, DealerTree tree)
    {
        var everywhere = new bool[PermissionCatalogue.All.Count];
        var own = new bool[everywhere.Length];
        var dealers = new HashSet<Guid>?[everywhere.Length];
        if (tier is { } of)
        {
            foreach (var code in BuiltInRoles.Of(of).Permissions)
            {
                (IsOwnOnly(of, code) ? own : everywhere)[PermissionCatalogue.IndexOf(code)] = true;
            }
        }

        foreach (var code in permissions)
        {
            if (IsGrantable(code, out var index))
            {
                everywhere[index] = true;
            }
        }

        foreach (var grant in grants)
        {
            if (roles.FindGrantable(grant.Role) is not { } role || (grant.DealerId is { } at && !tree.IsLive(at)))
            {
                continue;
            }

            foreach (var code in role.Permissions)
            {
                if (!IsGrantable(code, out var index))
                {
                    continue;
                }

                if (grant.DealerId is { } dealer)
                {
                    (dealers[index] ??= []).Add(dealer);
                }
                else
                {
                    everywhere[index] = true;
                }
            }
        }

        return [.. everywhere.Select((all, index) => all ? PermissionScope.Everywhere : ScopeOf(own[index], dealers[index], tree))];
    }

    internal static bool IsOwnOnly(UserTier tier, string permission) =>
        tier == UserTier.SubUser && BuiltInRoles.OwnOnly.Contains(permission);

    /// <summary>Whether a role can contain this permission. Platform permissions cannot be granted.</summary>
    internal static bool IsGrantable(string permission, out int index)
    {
        index = PermissionCatalogue.IndexOf(permission);
        return index >= 0 && PermissionCatalogue.All[index].Side == PermissionSide.Organisation;
    }

    private static PermissionScope ScopeOf(bool own, HashSet<Guid>? dealers, DealerTree tree)
    {
        if (dealers is null)
        {
            return own ? PermissionScope.OwnOnly : PermissionScope.None;
        }

        var topmost = dealers.Where(id => !tree.Upwards(id).Skip(1).Any(above => dealers.Contains(above.Id))).Order();
        return new PermissionScope(false, own, [.. topmost]);
    }
}

/// <summary>A permission of a user, where it applies, and the tier and grants it comes from.</summary>
public sealed record EffectivePermission(Permission Permission, PermissionScope Scope, IReadOnlyList<Reason> Because);
