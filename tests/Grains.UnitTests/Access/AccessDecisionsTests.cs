using System.Text.Json;
using Platform.Access;
using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;

namespace Platform.Grains.UnitTests.Access;

public sealed class AccessDecisionsTests
{
    private static readonly AccessState Cashier =
        AccessState.Empty.Apply(new RoleSet("cashier", "Cashier", ["wallets:read", "wallets:charge"]));

    [Theory]
    [InlineData("Cashier", "invalid-code")]
    [InlineData("a b", "invalid-code")]
    [InlineData("x\n", "invalid-code")]
    [InlineData("", "invalid-code")]
    [InlineData("admin", "role-code-taken")]
    [InlineData("super-admin", "role-code-taken")]
    [InlineData("cashier", "role-code-taken")]
    [InlineData("teller", null)]
    public void A_code_must_be_new_and_well_formed(string code, string? refusal) =>
        Assert.Equal(refusal, Create(Cashier, code, "wallets:read").Error?.Code);

    [Fact]
    public void A_role_can_only_have_existing_permissions_and_none_of_the_platform()
    {
        Assert.Equal("/permissions/1", Create(Cashier, "x", "wallets:read", "wallets:fly").Error?.Field);
        Assert.Equal("unknown-permission", Create(Cashier, "x", "platform:read").Error?.Code);
        Assert.Equal("unknown-permission", Create(Cashier, "x", "\u001b[31m").Error?.Code);
        Assert.DoesNotContain('\u001b', Create(Cashier, "x", "\u001b[31m").Error!.Message);
        Assert.Equal("invalid-permissions", Create(Cashier, "x").Error?.Code);
        Assert.Equal("invalid-permissions", Create(Cashier, "x", "wallets:read", "wallets:read").Error?.Code);
    }

    [Fact]
    public void The_code_of_a_deleted_role_cannot_be_reused()
    {
        var delete = AccessDecisions.Delete(Cashier, new DeleteRole(default, "cashier", null), default)
            .Accept(new AccessDefinition(), Cashier, default, AccessDefinition.Role("cashier"));
        Assert.Equal("Cashier", delete.Reply!.Name);
        var deleted = delete.State;
        Assert.Equal("role-code-retired", Create(deleted, "cashier", "wallets:read").Error?.Code);
        Assert.Equal(
            "not-found", AccessDecisions.Update(deleted, new UpdateRole(default, "cashier", "x", null, null), default).Error?.Code);
    }

    [Fact]
    public void Built_in_roles_do_not_change()
    {
        Assert.Equal(
            "role-built-in", AccessDecisions.Update(Cashier, new UpdateRole(default, "viewer", "x", null, null), default).Error?.Code);
        Assert.Equal("role-built-in", AccessDecisions.Delete(Cashier, new DeleteRole(default, "enterprise", null), default).Error?.Code);
    }

    [Fact]
    public void A_change_based_on_an_older_version_of_the_role_is_refused_and_other_roles_do_not_count()
    {
        var state = Fold(Cashier, Create(Cashier, "teller", "wallets:read"));
        Assert.Null(AccessDecisions.Update(state, new UpdateRole(default, "cashier", "Till", null, 1), default).Error);
        state = Fold(state, AccessDecisions.Update(state, new UpdateRole(default, "cashier", "Till", null, 1), default));
        Assert.Equal(
            "version-mismatch", AccessDecisions.Update(state, new UpdateRole(default, "cashier", "Desk", null, 1), default).Error?.Code);
        Assert.Equal("version-mismatch", AccessDecisions.Delete(state, new DeleteRole(default, "cashier", 1), default).Error?.Code);
        Assert.Empty(AccessDecisions.Update(state, new UpdateRole(default, "cashier", "Till", null, null), default).Events);
    }

    [Fact]
    public void Setup_creates_missing_groups_and_leaves_existing_and_deleted_ones()
    {
        var first = SetUp(Cashier);
        Assert.Equal(StandardGroups.All.Select(group => group.Code), first.Reply!.Created);
        Assert.Empty(first.Reply.Standing);
        var state = first.State;
        state = Fold(state, AccessDecisions.Update(state, new UpdateRole(default, "sales", "Our sales", null, null), default));
        state = Fold(state, AccessDecisions.Delete(state, new DeleteRole(default, "finance", null), default));
        var second = SetUp(state);
        Assert.Empty(second.Events);
        Assert.Empty(second.Reply!.Created);
        Assert.Equal(["sales", "support", "compliance", "auditor"], second.Reply.Standing);
        Assert.Equal(["finance"], second.Reply.Retired);
        Assert.Equal("Our sales", state.Roles["sales"].Name);
    }

    [Fact]
    public void An_organisation_has_at_most_200_roles()
    {
        var state = Enumerable.Range(0, 199).Aggregate(Cashier, (current, i) => current.Apply(new RoleSet($"r{i}", "R", ["wallets:read"])));
        Assert.Equal("too-many-roles", Create(state, "one-more", "wallets:read").Error?.Code);
        Assert.Equal("too-many-roles", AccessDecisions.SetUp(state, new SetUpAccess(default), default).Error?.Code);
    }

    [Fact]
    public void Events_and_state_survive_the_json_of_the_journal()
    {
        var state = Cashier.Apply(new RoleSet("a-b", "A", ["users:read"])).Apply(new RoleDeleted("a-b"));
        var restored = JsonSerializer.Deserialize<AccessState>(JsonSerializer.Serialize(state, JournalJson.Options), JournalJson.Options)!;
        Assert.Equal(["wallets:read", "wallets:charge"], restored.Roles["cashier"].Permissions);
        Assert.Equal("role-code-retired", Create(restored, "a-b", "users:read").Error?.Code);
        Assert.Equal(state.Changes, restored.Changes);
        AccessEvent[] events = [new RoleDeleted("a-b")];
        Assert.Equal(
            events, JsonSerializer.Deserialize<AccessEvent[]>(JsonSerializer.Serialize(events, JournalJson.Options), JournalJson.Options));
    }

    private static Decision<AccessEvent> Create(AccessState state, string code, params string[] permissions) =>
        AccessDecisions.Create(state, new CreateRole(default, code, "A name", permissions), default);

    private static Decided<AccessState, AccessEvent, AccessSetUp> SetUp(AccessState state) =>
        AccessDecisions.SetUp(state, new SetUpAccess(default), default)
            .Accept(new AccessDefinition(), state, default, AccessDefinition.SetUp);

    private static AccessState Fold(AccessState state, Decision<AccessEvent> decision) =>
        decision.Events.Aggregate(state, (current, @event) => current.Apply(@event));
}
