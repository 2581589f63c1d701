using Platform.Access;
using Platform.Grains.Dealers;

namespace Platform.Grains.Access;

/// <summary>Explains for the tier and every grant whether, and why, it gives a permission on a resource.</summary>
internal static class Explanation
{
    public static AccessAnswer Of(EffectiveAccess access, string permission, ResourceRef resource)
    {
        if (PermissionCatalogue.Find(permission) is null)
        {
            return new AccessAnswer(false, [new Reason(ReasonKind.UnknownPermission, null, null, null, "There is no such permission.")]);
        }

        var reasons = new List<Reason>();
        if (OfTier(access, permission, resource) is { } tier)
        {
            reasons.Add(tier);
        }

        reasons.AddRange(access.Grants.Select(grant => OfGrant(access, grant, permission, resource)).OfType<Reason>());
        var given = reasons.Where(reason => Gives(reason.Kind)).ToList();
        if (given.Count > 0)
        {
            return new AccessAnswer(true, given);
        }

        if (reasons.All(reason => reason.Kind == ReasonKind.UnknownRole))
        {
            reasons.Insert(0, new Reason(ReasonKind.NoRole, null, null, null, $"The user has no role with the permission {permission}."));
        }

        return new AccessAnswer(false, reasons);
    }

    /// <summary>Returns the tier and the grants that give a permission anywhere.</summary>
    public static IReadOnlyList<Reason> SourcesOf(EffectiveAccess access, string permission)
    {
        var sources = new List<Reason>();
        if (access.Tier is { } tier && BuiltInRoles.Of(tier) is var role && role.Permissions.Contains(permission))
        {
            sources.Add(EffectiveAccess.IsOwnOnly(tier, permission)
                ? new Reason(ReasonKind.Own, role.Code, null, null, $"The tier {role.Code} grants it on the user's own data.")
                : Tier(role.Code));
        }

        sources.AddRange(access.Grants
            .Where(grant => Has(access, grant, permission) && (grant.DealerId is not { } dealer || access.Tree.IsLive(dealer)))
            .Select(grant => Granted(access.Tree, grant)));
        return sources;
    }

    private static Reason? OfTier(EffectiveAccess access, string permission, ResourceRef resource)
    {
        if (access.Tier is not { } tier || BuiltInRoles.Of(tier) is not { } role || !role.Permissions.Contains(permission))
        {
            return null;
        }

        if (!EffectiveAccess.IsOwnOnly(tier, permission))
        {
            return Tier(role.Code);
        }

        return resource.OwnerId == access.UserId
            ? new Reason(ReasonKind.Own, role.Code, null, null, $"The tier {role.Code} grants it because this is the user's own data.")
            : new Reason(ReasonKind.OnlyOwn, role.Code, null, null, $"The tier {role.Code} grants it only on the user's own data.");
    }

    private static Reason? OfGrant(EffectiveAccess access, Grant grant, string permission, ResourceRef resource)
    {
        var tree = access.Tree;
        if (access.Roles.FindGrantable(grant.Role) is null)
        {
            return new Reason(
                ReasonKind.UnknownRole, grant.Role, grant.DealerId, PathOf(tree, grant),
                $"The role {grant.Role} was granted but does not exist.");
        }

        if (!Has(access, grant, permission))
        {
            return null;
        }

        if (grant.DealerId is not { } at)
        {
            return Granted(tree, grant);
        }

        var path = PathOf(tree, grant);
        if (tree.Find(at) is null)
        {
            return new Reason(
                ReasonKind.UnknownDealer, grant.Role, at, null, $"The role {grant.Role} was granted at a dealer that does not exist.");
        }

        if (Disabled(tree, at) is { } disabled)
        {
            return new Reason(
                ReasonKind.DealerDisabled, grant.Role, at, path,
                $"The role {grant.Role} was granted at {path}, where {disabled} is disabled.");
        }

        if (resource.Dealers.Any(dealer => tree.IsReached(dealer, [at])))
        {
            return Granted(tree, grant);
        }

        var below = resource.Dealers.FirstOrDefault(dealer => tree.Upwards(dealer).Any(above => above.Id == at));
        return below != default && Disabled(tree, below) is { } between
            ? new Reason(
                ReasonKind.DealerDisabled, grant.Role, at, path,
                $"The role {grant.Role} was granted at {path}, but below that {between} is disabled.")
            : new Reason(ReasonKind.OnlyBelow, grant.Role, at, path, $"The role {grant.Role} was granted only at and below {path}.");
    }

    private static bool Has(EffectiveAccess access, Grant grant, string permission) =>
        access.Roles.FindGrantable(grant.Role) is { } role && role.Permissions.Contains(permission) &&
        EffectiveAccess.IsGrantable(permission, out _);

    private static Reason Tier(string role) => new(ReasonKind.Tier, role, null, null, $"The tier {role} grants it.");

    private static Reason Granted(DealerTree tree, Grant grant) => grant.DealerId is null
        ? new Reason(ReasonKind.Grant, grant.Role, null, null, $"The role {grant.Role} was granted in the whole organisation.")
        : new Reason(
            ReasonKind.Grant, grant.Role, grant.DealerId, PathOf(tree, grant),
            $"The role {grant.Role} was granted at {PathOf(tree, grant)}.");

    private static string? PathOf(DealerTree tree, Grant grant) =>
        grant.DealerId is { } dealer && tree.Find(dealer) is not null ? tree.PathOf(dealer) : null;

    /// <summary>Returns the name of the lowest disabled dealer at or above this one.</summary>
    private static string? Disabled(DealerTree tree, Guid id) =>
        tree.Upwards(id).FirstOrDefault(node => node.Status != Platform.Dealers.DealerStatus.Active)?.Name;

    private static bool Gives(ReasonKind kind) => kind < ReasonKind.UnknownPermission;
}
