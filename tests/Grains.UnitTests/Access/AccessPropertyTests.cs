using FsCheck;
using FsCheck.Fluent;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Access;

public sealed class AccessPropertyTests
{
    [Fact]
    public void Evaluation_equals_the_naive_model() => Check((world, access) =>
        AllPairs(world, (permission, resource) =>
        {
            var expected = NaiveAccess.Allows(world, permission, resource);
            var answer = access.Explain(permission, resource);
            return access.Allows(permission, resource) == expected && answer.Allowed == expected && answer.Because.Count > 0;
        }));

    [Fact]
    public void The_list_contains_every_permission_allowed_somewhere_with_its_source() => Check((world, access) =>
    {
        var listed = access.List();
        return listed.All(entry => entry.Because.Count > 0 && entry.Scope.Kind != ScopeKind.None) &&
            AllPairs(world, (permission, resource) =>
                !access.Allows(permission, resource) || listed.Any(entry => entry.Permission.Code == permission));
    });

    [Fact]
    public void Nobody_can_grant_what_they_lack_and_neither_can_the_receiver() => Check((world, access) =>
    {
        return world.OtherGrants.Where(grant => Delegation.MayGrant(access, grant) is null).All(grant =>
        {
            var receiver = EffectiveAccess.Of(AccessWorld.Id(3000), null, [grant], access.Roles, access.Tree);
            return Within(world, receiver, access) &&
                world.OtherGrants.All(
                    next => Delegation.MayGrant(receiver, next) is not null || Delegation.MayGrant(access, next) is null) &&
                !receiver.Allows("platform:read", ResourceRef.Organisation) && !receiver.Allows("platform:write", ResourceRef.Organisation);
        });
    });

    [Fact]
    public void A_role_can_be_revoked_only_by_who_could_grant_it_unless_it_has_no_effect() => Check((world, access) =>
        world.OtherGrants.Where(grant => Delegation.MayRevoke(access, grant) is null).All(grant =>
            Delegation.MayGrant(access, grant) is null ||
            EffectiveAccess.Of(AccessWorld.Id(3000), null, [grant], access.Roles, access.Tree).List().Count == 0));

    [Fact]
    public void A_role_can_be_changed_only_by_who_has_all_of_it_everywhere() => Check((world, access) =>
        world.Roles.Where(role => Delegation.MayChangeRole(access, role.Permissions) is null).All(role =>
            role.Permissions.All(permission => access.Allows(permission).Kind == ScopeKind.Organisation)));

    [Fact]
    public void An_account_can_be_managed_only_by_who_has_all_its_access_except_its_own_data() => Check((world, access) =>
    {
        UserTier[] tiers = [UserTier.SubUser, UserTier.Individual, UserTier.Enterprise, UserTier.SuperAdmin];
        return tiers.Where(tier => Delegation.MayManage(access, tier, world.OtherGrants) is null).All(tier => Within(
            world, EffectiveAccess.Of(AccessWorld.Id(3000), tier, world.OtherGrants, access.Roles, access.Tree), access));
    });

    [Fact]
    public void Moving_a_dealer_changes_access_only_at_and_below_it_as_the_new_tree_says() => Check((world, access) =>
    {
        if (Moved(world) is not { } moved)
        {
            return true;
        }

        var after = moved.Access;
        return AllPairs(moved, (permission, resource) =>
            after.Allows(permission, resource) == NaiveAccess.Allows(moved, permission, resource) &&
            (resource.Dealers.Any(dealer => NaiveAccess.IsBelow(world.Nodes, dealer, world.Picked.Id)) ||
                after.Allows(permission, resource) == access.Allows(permission, resource)));
    });

    [Fact]
    public void Moving_a_dealer_gives_the_mover_no_new_access() => Check((world, access) =>
    {
        if (Moved(world) is not { } moved || Delegation.MayMove(access, world.Picked.Id, world.OtherPicked.Id) is not null)
        {
            return true;
        }

        // A grant at a disabled dealer may take effect again; that is not a gain.
        var enabled = (world with { Nodes = [.. world.Nodes.Select(node => node with { Status = DealerStatus.Active })] }).Access;
        var after = moved.Access;
        return AllPairs(moved, (permission, resource) => !after.Allows(permission, resource) || enabled.Allows(permission, resource));
    });

    [Fact]
    public void Replacing_a_users_roles_gives_no_new_access_to_the_user_and_grants_nothing_the_caller_lacks() => Check((world, access) =>
    {
        if (Delegation.MayReplace(access, AccessWorld.Id(3000), [], world.OtherGrants) is not null)
        {
            return true;
        }

        var receiver = EffectiveAccess.Of(AccessWorld.Id(3000), null, world.OtherGrants, access.Roles, access.Tree);
        return Within(world, receiver, access) && AccessWorld.Codes.All(permission =>
            !access.Allows(permission, ResourceRef.UserWith(AccessWorld.Id(3000), world.OtherGrants)) ||
            access.Allows(permission, ResourceRef.UserWith(AccessWorld.Id(3000), [])));
    });

    private static AccessWorld? Moved(AccessWorld world) =>
        NaiveAccess.IsBelow(world.Nodes, world.OtherPicked.Id, world.Picked.Id)
            ? null
            : world with
            {
                Nodes =
                [
                    .. world.Nodes.Select(node => node.Id == world.Picked.Id ? node with { ParentId = world.OtherPicked.Id } : node),
                ],
            };

    private static bool Within(AccessWorld world, EffectiveAccess inner, EffectiveAccess outer) => AllPairs(world, (permission, resource) =>
        resource.OwnerId == inner.UserId || !inner.Allows(permission, resource) || outer.Allows(permission, resource));

    private static bool AllPairs(AccessWorld world, Func<string, ResourceRef, bool> holds) =>
        world.Resources.All(resource => AccessWorld.Codes.All(permission => holds(permission, resource)));

    private static void Check(Func<AccessWorld, EffectiveAccess, bool> property) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(AccessWorld.Arbitrary, world => property(world, world.Access)));
}
