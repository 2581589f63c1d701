using Platform.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Identity;
using static Platform.Grains.UnitTests.Access.AccessWorld;

namespace Platform.Grains.UnitTests.Access;

public sealed class EffectiveAccessTests
{
    // n0 - n1 - n2
    //    \ n3
    private static readonly DealerNode[] Nodes = [Node(0, null), Node(1, 0), Node(2, 1), Node(3, 0)];
    private static readonly RoleBook Book = RoleBook.Of(new OrganisationAccess(1, [
        new("cashier", "Cashier", ["wallets:charge", "wallets:read"], RoleKind.Custom, 1),
        new("viewer", "Not the viewer", ["wallets:adjust"], RoleKind.Custom, 1),
        new("forged", "Forged", ["platform:write", "no-such:thing"], RoleKind.Custom, 1)]));

    [Fact]
    public void A_grant_at_a_dealer_applies_to_it_and_all_below_and_nothing_else()
    {
        var access = Of([new Grant("cashier", Id(1))]);
        Assert.True(access.Allows("wallets:charge", ResourceRef.Dealer(Id(1))));
        Assert.True(access.Allows("wallets:charge", ResourceRef.OwnedBy(Id(50), [Id(2)])));
        Assert.False(access.Allows("wallets:charge", ResourceRef.Dealer(Id(0))));
        Assert.False(access.Allows("wallets:charge", ResourceRef.Dealer(Id(3))));
        Assert.False(access.Allows("wallets:charge", ResourceRef.Organisation));
        Assert.False(access.Allows("wallets:charge", ResourceRef.OwnedBy(Id(50), [])));
        Assert.Equal(ScopeKind.DealerSubtree, access.Allows("wallets:charge").Kind);
    }

    [Fact]
    public void Nested_grants_collapse_to_the_topmost_dealer() =>
        Assert.Equal([Id(1)], Of([new Grant("cashier", Id(2)), new Grant("cashier", Id(1))]).Allows("wallets:charge").Dealers);

    [Fact]
    public void Grants_at_and_below_a_disabled_dealer_have_no_effect_but_organisation_wide_ones_do()
    {
        DealerNode[] nodes = [Nodes[0], Nodes[1] with { Status = DealerStatus.Disabled }, Nodes[2], Nodes[3]];
        var below = Of([new Grant("cashier", Id(2))], nodes: nodes);
        Assert.False(below.Allows("wallets:charge", ResourceRef.Dealer(Id(2))));
        Assert.Equal(ReasonKind.DealerDisabled, Assert.Single(below.Explain("wallets:charge", ResourceRef.Dealer(Id(2))).Because).Kind);

        var above = Of([new Grant("cashier", Id(0))], nodes: nodes);
        Assert.False(above.Allows("wallets:charge", ResourceRef.Dealer(Id(2))));
        Assert.True(above.Allows("wallets:charge", ResourceRef.Dealer(Id(3))));
        Assert.Contains(
            "n1 is disabled", Assert.Single(above.Explain("wallets:charge", ResourceRef.Dealer(Id(2))).Because).Text,
            StringComparison.Ordinal);

        Assert.True(Of([new Grant("cashier", null)], nodes: nodes).Allows("wallets:charge", ResourceRef.Dealer(Id(2))));
    }

    [Fact]
    public void A_sub_user_has_access_only_to_their_own_data()
    {
        var access = Of([], UserTier.SubUser);
        Assert.True(access.Allows("wallets:read", ResourceRef.OwnedBy(UserId, [])));
        Assert.False(access.Allows("wallets:read", ResourceRef.OwnedBy(Id(50), [])));
        Assert.False(access.Allows("wallets:deposit", ResourceRef.OwnedBy(UserId, [])));
        Assert.Equal(ScopeKind.Own, access.Allows("wallets:read").Kind);
        Assert.Equal(ScopeKind.Organisation, access.Allows("organisation:read").Kind);
        Assert.Equal(ReasonKind.OnlyOwn, Assert.Single(access.Explain("wallets:read", ResourceRef.OwnedBy(Id(50), [])).Because).Kind);
        Assert.Equal(6, access.List().Count);
    }

    [Fact]
    public void No_grant_gives_a_platform_permission_a_tier_or_an_unknown_role()
    {
        var access = Of([new Grant("forged", null), new Grant("super-admin", null), new Grant("gone", null), new Grant("admin", Id(77))]);
        Assert.Empty(access.List());
        Assert.Equal(
            [ReasonKind.NoRole, ReasonKind.UnknownRole, ReasonKind.UnknownRole],
            access.Explain("platform:write", ResourceRef.Organisation).Because.Select(reason => reason.Kind));
        Assert.Equal(ReasonKind.UnknownPermission, Assert.Single(access.Explain("no-such:thing", ResourceRef.Organisation).Because).Kind);
        Assert.Contains(
            access.Explain("wallets:read", ResourceRef.Organisation).Because, reason => reason.Kind == ReasonKind.UnknownDealer);
    }

    [Fact]
    public void A_custom_role_never_hides_a_built_in_one() =>
        Assert.False(Of([new Grant("viewer", null)]).Allows("wallets:adjust", ResourceRef.Organisation));

    [Fact]
    public void The_explanation_names_role_and_place()
    {
        var access = Of([new Grant("cashier", Id(1)), new Grant("admin", null)], UserTier.SubUser);
        var answer = access.Explain("wallets:read", ResourceRef.OwnedBy(UserId, [Id(2)]));
        Assert.Equal([ReasonKind.Own, ReasonKind.Grant, ReasonKind.Grant], answer.Because.Select(reason => reason.Kind));
        Assert.Equal("n0 / n1", answer.Because[1].DealerPath);
        var refused = Of([new Grant("cashier", Id(1))]).Explain("wallets:charge", ResourceRef.Dealer(Id(3)));
        Assert.Equal(
            new Reason(ReasonKind.OnlyBelow, "cashier", Id(1), "n0 / n1", "The role cashier was granted only at and below n0 / n1."),
            Assert.Single(refused.Because));
    }

    [Fact]
    public void Granting_requires_access_grant_and_all_of_the_role_at_that_place()
    {
        var manager = Of([new Grant("manager", Id(1))]);
        Assert.Null(Delegation.MayGrant(manager, new Grant("manager", Id(1))));
        Assert.Null(Delegation.MayGrant(manager, new Grant("viewer", Id(2))));
        Assert.Equal("beyond-own-access", Delegation.MayGrant(manager, new Grant("viewer", Id(0)))?.Code);
        Assert.Equal("beyond-own-access", Delegation.MayGrant(manager, new Grant("viewer", null))?.Code);
        Assert.Equal("beyond-own-access", Delegation.MayGrant(manager, new Grant("admin", Id(2)))?.Code);
        Assert.Equal("beyond-own-access", Delegation.MayRevoke(manager, new Grant("admin", Id(2)))?.Code);
        Assert.Equal(
            "access:grant", Delegation.MayGrant(Of([new Grant("viewer", null)]), new Grant("viewer", null))?.Details?["permission"]);
        Assert.Equal("unknown-role", Delegation.MayGrant(manager, new Grant("gone", Id(2)))?.Code);
        Assert.Equal("unknown-dealer", Delegation.MayGrant(manager, new Grant("viewer", Id(77)))?.Code);
        Assert.Equal("role-not-grantable", Delegation.MayGrant(Of([], UserTier.SuperAdmin), new Grant("super-admin", null))?.Code);
        Assert.Null(Delegation.MayRevoke(manager, new Grant("gone", Id(2))));
    }

    [Fact]
    public void A_manager_cannot_move_a_dealer_to_where_they_have_more_nor_decide_on_their_own_node()
    {
        var access = Of([new Grant("manager", Id(0)), new Grant("cashier", Id(3)), new Grant("admin", Id(3))]);
        Assert.Equal("beyond-own-access", Delegation.MayMove(access, Id(2), Id(3))?.Code);
        Assert.Null(Delegation.MayMove(access, Id(2), Id(0)));
        Assert.Equal("beyond-own-access", Delegation.MayMove(access, Id(0), Id(3))?.Code);
        Assert.Equal("beyond-own-access", Delegation.MayChangeBelow(access, null)?.Code);
        Assert.Null(Delegation.MayChangeBelow(access, Id(0)));
        Assert.Equal("not-found", Delegation.MayMove(access, Id(77), Id(3))?.Code);
    }

    [Fact]
    public void A_manager_cannot_gain_access_to_an_account_by_granting_it_a_role_at_their_dealer()
    {
        var manager = Of([new Grant("manager", Id(1))], UserTier.SubUser);
        Assert.Equal("beyond-own-access", Delegation.MayReplace(manager, Id(60), [], [new Grant("viewer", Id(1))])?.Code);
        Assert.Equal(
            "beyond-own-access",
            Delegation.MayReplace(
                manager, Id(60), [new Grant("viewer", Id(3))], [new Grant("viewer", Id(3)), new Grant("viewer", Id(1))])?.Code);
        Assert.Null(Delegation.MayReplace(manager, Id(60), [new Grant("viewer", Id(2))], [new Grant("analyst", Id(1))]));
        Assert.Null(Delegation.MayGrantAll(manager, [new Grant("viewer", Id(2))]));
        Assert.Null(Delegation.MayReplace(Of([], UserTier.Enterprise), Id(60), [], [new Grant("viewer", Id(1)), new Grant("admin", null)]));
    }

    [Fact]
    public void A_manager_cannot_act_on_an_account_with_more_permissions()
    {
        var manager = Of([new Grant("manager", Id(1))], UserTier.SubUser);
        Assert.Null(Delegation.MayManage(manager, UserTier.SubUser, [new Grant("viewer", Id(2))]));
        Assert.NotNull(Delegation.MayManage(manager, UserTier.SubUser, [new Grant("viewer", null)]));
        Assert.NotNull(Delegation.MayManage(manager, UserTier.SubUser, [new Grant("admin", Id(2))]));
        Assert.NotNull(Delegation.MayManage(manager, UserTier.Enterprise, []));
        Assert.NotNull(Delegation.MayManage(Of([], UserTier.Enterprise), UserTier.SuperAdmin, []));
    }

    [Theory]
    [InlineData("organisation", true)]
    [InlineData("dealer:01932f3a-7c00-7000-8000-0000000000a1", true)]
    [InlineData("user:01932f3a-7c00-7000-8000-0000000000a1", true)]
    [InlineData("wallet:01932f3a-7c00-7000-8000-0000000000a1", false)]
    [InlineData("user:me", false)]
    [InlineData("Organisation", false)]
    [InlineData(":", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_resource_has_only_one_spelling(string? text, bool known) => Assert.Equal(known, ResourceRef.TryParse(text, out _));

    [Fact]
    public void Every_role_has_existing_permissions_without_duplicates()
    {
        var all = BuiltInRoles.All.Select(role => role.Permissions).Concat(StandardGroups.All.Select(group => group.Permissions));
        Assert.All(all, permissions => Assert.All(permissions, code => Assert.NotNull(PermissionCatalogue.Find(code))));
        Assert.All(all, permissions => Assert.Equal(permissions.Count, permissions.Distinct().Count()));
        Assert.All(
            StandardGroups.All,
            group => Assert.DoesNotContain(group.Permissions, code => code.StartsWith("platform:", StringComparison.Ordinal)));
        Assert.All(PermissionCatalogue.All, permission => Assert.Matches("^[a-z-]+:[a-z]+$", permission.Code));
    }

    private static EffectiveAccess Of(Grant[] grants, UserTier? tier = null, DealerNode[]? nodes = null) =>
        EffectiveAccess.Of(UserId, tier, grants, Book, DealerTree.Of(new DealerTreeView(1, nodes ?? Nodes)));
}
