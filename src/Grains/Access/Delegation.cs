using Platform.Access;
using Platform.Dealers;
using Platform.Identity;

namespace Platform.Grains.Access;

/// <summary>
/// Checks what a caller may grant, revoke and rearrange. One rule underlies all of it: nobody can bring about access that they lack,
/// for themselves or others. Pure. Each check returns the error, or null if it is allowed.
/// </summary>
public static class Delegation
{
    /// <summary>Granting a role at a place requires <c>access:grant</c> there, and every permission of the role there.</summary>
    public static Error? MayGrant(EffectiveAccess by, Grant grant)
    {
        if (by.Roles.Find(grant.Role) is not { } role)
        {
            return AccessErrors.UnknownRole;
        }

        if (role.Kind == RoleKind.Tier)
        {
            return AccessErrors.RoleNotGrantable;
        }

        if (grant.DealerId is { } dealer && by.Tree.Find(dealer) is null)
        {
            return AccessErrors.UnknownDealer;
        }

        return Lacks(by, ["access:grant", .. role.Permissions], ResourceRef.PlaceBelow(grant.DealerId));
    }

    /// <summary>
    /// Revoking requires the same as granting. A role that no longer exists gives nothing, so <c>access:grant</c> is enough.
    /// </summary>
    public static Error? MayRevoke(EffectiveAccess by, Grant grant) =>
        Lacks(by, ["access:grant", .. by.Roles.FindGrantable(grant.Role)?.Permissions ?? []], ResourceRef.PlaceBelow(grant.DealerId));

    /// <summary>Granting several roles to a new user, who is not at any dealer yet.</summary>
    public static Error? MayGrantAll(EffectiveAccess by, IReadOnlyList<Grant> grants) =>
        grants.Select(grant => MayGrant(by, grant)).FirstOrDefault(error => error is not null);

    /// <summary>
    /// Replacing a user's roles grants the new ones and revokes the missing ones. A role at a dealer also makes the user belong to that
    /// dealer, so the caller must not gain access to an account that they could not reach before.
    /// </summary>
    public static Error? MayReplace(EffectiveAccess by, Guid userId, IReadOnlyList<Grant> before, IReadOnlyList<Grant> after)
    {
        var (given, taken) = (after.Except(before).ToList(), before.Except(after).ToList());
        var user = ResourceRef.UserWith(userId, before);
        return MayGrantAll(by, given) ?? taken.Select(grant => MayRevoke(by, grant))
            .Concat(given.Where(grant => grant.DealerId is not null)
                .Select(grant => Lacks(by, HeldAt(by, ResourceRef.PlaceBelow(grant.DealerId)), user)))
            .FirstOrDefault(error => error is not null);
    }

    /// <summary>
    /// Giving permissions to a service account, or giving somebody its key. The permissions apply to the whole organisation.
    /// </summary>
    public static Error? MayEquip(EffectiveAccess by, IEnumerable<string> permissions) =>
        Lacks(by, permissions, ResourceRef.Organisation);

    /// <summary>
    /// Creating, changing or deleting a role, with its permissions before and after. A role may be granted anywhere, so each permission
    /// is required in the whole organisation.
    /// </summary>
    public static Error? MayChangeRole(EffectiveAccess by, IEnumerable<string> permissions) =>
        Lacks(by, permissions.Prepend("roles:write"), ResourceRef.Organisation);

    /// <summary>
    /// Moving a dealer requires <c>dealers:write</c> at both places. The caller must have no permission at the new place that they lack
    /// at the old one, because they would gain it on everything below the dealer.
    /// </summary>
    public static Error? MayMove(EffectiveAccess by, Guid dealerId, Guid? newParentId)
    {
        if (by.Tree.Find(dealerId) is not { } dealer)
        {
            return DealerErrors.NotFound;
        }

        var (from, to) = (ResourceRef.PlaceBelow(dealer.ParentId), ResourceRef.PlaceBelow(newParentId));
        return Lacks(by, ["dealers:write"], from) ?? Lacks(by, ["dealers:write"], to) ??
            Lacks(by, HeldAt(by, to).Where(permission => Array.BinarySearch(by.Allows(permission).Dealers, dealerId) < 0), from);
    }

    /// <summary>
    /// Creating, disabling or enabling a dealer requires <c>dealers:write</c> above it. Nobody decides about their own node.
    /// </summary>
    public static Error? MayChangeBelow(EffectiveAccess by, Guid? parentId) =>
        Lacks(by, ["dealers:write"], ResourceRef.PlaceBelow(parentId));

    /// <summary>
    /// Changing an account's e-mail address, password, sessions or MFA could let the caller act as its user. It requires every
    /// permission that the user's tier and grants give, even those suspended by a disabled dealer, but not those that sub-users have on
    /// their own data.
    /// </summary>
    public static Error? MayManage(EffectiveAccess by, UserTier tier, IReadOnlyList<Grant> grants)
    {
        var ofTier = BuiltInRoles.Of(tier).Permissions.Where(permission => !EffectiveAccess.IsOwnOnly(tier, permission));
        return Lacks(by, ofTier, ResourceRef.Organisation) ?? grants
            .Select(grant => Lacks(by, by.Roles.FindGrantable(grant.Role)?.Permissions ?? [], ResourceRef.PlaceBelow(grant.DealerId)))
            .FirstOrDefault(error => error is not null);
    }

    /// <summary>Only the owner of the organisation may act on the owner's account, whatever else the caller may do.</summary>
    public static Error? MayActOnOwner(Guid? ownerId, Guid callerId, Guid userId) =>
        userId == ownerId && userId != callerId ? AccessErrors.OwnerProtected : null;

    private static IEnumerable<string> HeldAt(EffectiveAccess by, ResourceRef place) =>
        PermissionCatalogue.All.Select(permission => permission.Code).Where(code => by.Allows(code, place));

    private static Error? Lacks(EffectiveAccess by, IEnumerable<string> permissions, ResourceRef place) =>
        permissions.FirstOrDefault(permission => Exists(permission) && !by.Allows(permission, place)) is { } missing
            ? AccessErrors.BeyondOwnAccess(missing)
            : null;

    // A role may contain a permission that a later release has removed; it has no effect.
    private static bool Exists(string permission) => PermissionCatalogue.IndexOf(permission) >= 0;
}
