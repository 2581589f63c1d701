using Platform.Access;
using Platform.Dealers;
using Platform.Identity;

namespace Platform.Grains.Access;

/// <summary>
/// What somebody may give, take and rearrange. The one rule behind all of it: nobody brings about access that they lack, neither
/// for others nor for themselves. Pure; each answers the refusal, or null if it is allowed.
/// </summary>
public static class Delegation
{
    /// <summary>Giving a role at a place: the right to give there, and every permission of the role there.</summary>
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

    /// <summary>Taking a role away: as giving it. One that exists no more gives nothing, so that the right to give there is enough.</summary>
    public static Error? MayRevoke(EffectiveAccess by, Grant grant) =>
        Lacks(by, ["access:grant", .. by.Roles.FindGrantable(grant.Role)?.Permissions ?? []], ResourceRef.PlaceBelow(grant.DealerId));

    /// <summary>Giving several roles to a user who is new and belongs to nobody else yet.</summary>
    public static Error? MayGrantAll(EffectiveAccess by, IReadOnlyList<Grant> grants) =>
        grants.Select(grant => MayGrant(by, grant)).FirstOrDefault(error => error is not null);

    /// <summary>
    /// Replacing all that a user holds: whatever is new is given, whatever is missing is taken. A role at a dealer makes the user one
    /// of that dealer's, so that nobody may give one to a user and thereby reach an account that they did not reach before.
    /// </summary>
    public static Error? MayReplace(EffectiveAccess by, Guid userId, IReadOnlyList<Grant> before, IReadOnlyList<Grant> after)
    {
        var (given, taken) = (after.Except(before).ToList(), before.Except(after).ToList());
        var user = ResourceRef.UserWith(userId, before);
        return MayGrantAll(by, given) ?? taken.Select(grant => MayRevoke(by, grant))
            .Concat(given.Where(grant => grant.DealerId is not null).Select(grant => Lacks(by, HeldAt(by, ResourceRef.PlaceBelow(grant.DealerId)), user)))
            .FirstOrDefault(error => error is not null);
    }

    /// <summary>Giving permissions to a service account, or a key that opens them to whoever has it: they reach the whole organisation.</summary>
    public static Error? MayEquip(EffectiveAccess by, IEnumerable<string> permissions) => Lacks(by, permissions, ResourceRef.Organisation);

    /// <summary>
    /// Creating, changing or deleting a role, with its permissions before and after. A role may be held anywhere, so that each
    /// permission is needed in the whole organisation.
    /// </summary>
    public static Error? MayShapeRole(EffectiveAccess by, IEnumerable<string> permissions) =>
        Lacks(by, permissions.Prepend("roles:write"), ResourceRef.Organisation);

    /// <summary>
    /// Moving a dealer, whom the caller's tree knows: the right to change the tree at both places, and nothing that the caller has
    /// at the new place and not at the old one, for they would have it on all below the dealer then.
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

    /// <summary>Creating, disabling and enabling a dealer: the right to change the tree above it. Nobody decides on their own node.</summary>
    public static Error? MayChangeBelow(EffectiveAccess by, Guid? parentId) => Lacks(by, ["dealers:write"], ResourceRef.PlaceBelow(parentId));

    /// <summary>
    /// Acting on an account in a way that could become acting as it (its e-mail address, password, sessions, MFA): all that its
    /// tier and grants give is needed, also what a disabled dealer makes dormant. What every sub-user has on their own does not count.
    /// </summary>
    public static Error? MayManage(EffectiveAccess by, UserTier tier, IReadOnlyList<Grant> grants)
    {
        var ofTier = BuiltInRoles.Of(tier).Permissions.Where(permission => !EffectiveAccess.IsOwnOnly(tier, permission));
        return Lacks(by, ofTier, ResourceRef.Organisation) ?? grants
            .Select(grant => Lacks(by, by.Roles.FindGrantable(grant.Role)?.Permissions ?? [], ResourceRef.PlaceBelow(grant.DealerId)))
            .FirstOrDefault(error => error is not null);
    }

    /// <summary>Acting on the account of the owner of the organisation: nobody but they themselves, whatever else the caller may do.</summary>
    public static Error? MayTouch(Guid? ownerId, Guid callerId, Guid userId) =>
        userId == ownerId && userId != callerId ? AccessErrors.OwnerProtected : null;

    private static IEnumerable<string> HeldAt(EffectiveAccess by, ResourceRef place) =>
        PermissionCatalogue.All.Select(permission => permission.Code).Where(code => by.Allows(code, place));

    private static Error? Lacks(EffectiveAccess by, IEnumerable<string> permissions, ResourceRef place) =>
        permissions.FirstOrDefault(permission => Exists(permission) && !by.Allows(permission, place)) is { } missing
            ? AccessErrors.BeyondOwnAccess(missing)
            : null;

    // A role may name a permission that a later release has dropped; it gives nothing.
    private static bool Exists(string permission) => PermissionCatalogue.IndexOf(permission) >= 0;
}
