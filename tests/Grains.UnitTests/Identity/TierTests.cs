using Platform.Access;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

/// <summary>The tier that changes with ownership, and the audit entries of what the platform does to a user.</summary>
public sealed class TierTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);
    private static readonly EntityKey Key =
        new(new Guid("01932f3a-7c00-7000-8000-0000000000a1"), new Guid("01932f3a-7c00-7000-8000-0000000000c3"));
    private static readonly Guid Actor = new("01932f3a-7c00-7000-8000-0000000000b2");
    private static readonly Grant Admin = new("admin");
    private static readonly UserState Owner =
        UserState.None.Apply(new UserRegistered("a@b.test", "A", UserTier.Enterprise, "h", null, Now));

    [Fact]
    public void A_former_owner_becomes_a_sub_user_with_the_administrator_role()
    {
        var after = Owner.Apply(Assert.Single(Set(Owner, UserTier.SubUser).Events));
        Assert.Equal((UserTier.SubUser, Owner.Epoch + 1), (after.Tier, after.Epoch));
        Assert.Equal([Admin], after.Grants);
    }

    [Fact]
    public void Setting_the_same_tier_again_grants_no_role_again()
    {
        var demoted = Owner.Apply(Set(Owner, UserTier.SubUser).Events[0]).Apply(new GrantsSet([]));
        var again = Set(demoted, UserTier.SubUser);
        Assert.Empty(again.Events);
        Assert.Empty(again.Reply!.Grants);
        Assert.Equal("not-found", Set(UserState.None, UserTier.SubUser).Error?.Code);
    }

    [Fact]
    public void A_role_that_the_former_owner_already_has_is_not_duplicated()
    {
        var holder = Owner.Apply(new GrantsSet([Admin]));
        Assert.Equal([Admin], holder.Apply(Set(holder, UserTier.SubUser).Events[0]).Grants);
    }

    [Fact]
    public void Actions_of_the_platform_are_in_both_logs_and_its_address_only_in_its_own()
    {
        var disabled = Owner.Apply(new UserDisabled(null));
        foreach (var byPlatform in new[] { true, false })
        {
            var organisation = byPlatform ? Caller.Platform : Key.OrganisationId;
            var context = new DecisionContext(Key, 3, new CommandContext(organisation, Actor, default), Now);
            var enabled = Assert.Single(UserDecisions.Enable(disabled, new EnableUser(context.Caller), context).Events);
            var rows = RowsOf(
                [new UserRegistered("a@b.test", "A", UserTier.Enterprise, "h", null, Now)], [new UserDisabled(null)], [enabled])
                .Where(row => row.Action == "user.enabled").ToList();
            Assert.All(rows, row => Assert.Equal((Actor, (Guid?)Key.Id, "user"), (row.ActorId, row.EntityId, row.EntityType)));
            (Guid, string?)[] expected = byPlatform
                ? [(Key.OrganisationId, null), (Caller.Platform, "203.0.113.7")]
                : [(Key.OrganisationId, "203.0.113.7")];
            Assert.Equal(expected, rows.Select(row => (row.OrganisationId, row.Origin.Address)));
        }
    }

    [Fact]
    public void Events_of_earlier_builds_are_read_without_the_platform_flag()
    {
        Assert.Equal(new UserEnabled(), Assert.Single(JournalJson.Read<UserEvent[]>("""[{"$type":"enabled"}]""")));
        Assert.Equal(new MfaRemoved(null), Assert.Single(JournalJson.Read<UserEvent[]>("""[{"$type":"mfa-removed"}]""")));
        Assert.DoesNotContain(
            "byPlatform", System.Text.Encoding.UTF8.GetString(JournalJson.Write<UserEvent[]>([new UserEnabled()])),
            StringComparison.Ordinal);
    }

    private static Decided<UserState, UserEvent, UserView> Set(UserState state, UserTier tier)
    {
        var context = new DecisionContext(Key, 2, new CommandContext(Key.OrganisationId, Actor, default), Now);
        return UserDecisions.SetTier(state, new SetTier(context.Caller, tier, Admin), context)
            .Accept(new UserDefinition(), state, context, UserDefinition.View);
    }

    private static IEnumerable<AuditRow> RowsOf(params UserEvent[][] commands)
    {
        var origin = System.Text.Encoding.UTF8.GetString(JournalJson.Write(new Origin("203.0.113.7", "agent", null)));
        var fold = new UserDefinition().Begin();
        return [.. commands.SelectMany((events, i) => fold(new JournalEntry(
            default, Key.OrganisationId, "user", Key.Id, i + 1, Guid.Empty, Guid.Empty, Actor, Now,
            System.Text.Encoding.UTF8.GetString(JournalJson.Write(events)), null, origin))).OfType<AuditRow>()];
    }
}
