using Platform.Grains.Engine.Entities;
using Platform.Grains.Organisations;
using Platform.Grains.UnitTests.Common;
using Platform.Organisations;

namespace Platform.Grains.UnitTests.Organisations;

public sealed class OrganisationDecisionsTests
{
    private static readonly DecisionContext Context = new(
        EntityKey.Of(Caller.Platform), 1, default, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly Guid OrganisationId = new("01932f3a-7c00-7000-8000-0000000000a1");
    private static readonly CreateOrganisation Good = new(
        default, "Ada & Co", OrganisationKind.Enterprise, "EUR", "Europe/Berlin", "de-DE");

    [Fact]
    public void A_new_organisation_is_active()
    {
        Assert.Equal(OrganisationStatus.Active, View(OrganisationState.None, OrganisationDecisions.Create, Good, Context).Reply?.Status);
    }

    [Theory]
    [InlineData("", "EUR", "Europe/Berlin", "de-DE", "invalid-name")]
    [InlineData("a\nb", "EUR", "Europe/Berlin", "de-DE", "invalid-name")]
    [InlineData("A", "XXX", "Europe/Berlin", "de-DE", "invalid-currency")]
    [InlineData("A", "eur", "Europe/Berlin", "de-DE", "invalid-currency")]
    [InlineData("A", "EUR", "Mars/Olympus", "de-DE", "invalid-time-zone")]
    [InlineData("A", "EUR", "Europe/Berlin", "deutsch!", "invalid-locale")]
    public void Fields_that_are_wrong_are_named(string name, string currency, string zone, string locale, string code)
    {
        var command = Good with { Name = name, Currency = currency, TimeZone = zone, Locale = locale };
        Assert.Equal(code, OrganisationDecisions.Create(OrganisationState.None, command, Context).Error?.Code);
    }

    [Fact]
    public void A_suspended_organisation_says_why_until_it_is_restored()
    {
        var context = Context with { Key = EntityKey.Of(OrganisationId), NextVersion = 2 };
        var active = OrganisationState.None.Apply(OrganisationDecisions.Create(OrganisationState.None, Good, context).Events[0]);
        var suspend = View(active, OrganisationDecisions.Suspend, new SuspendOrganisation(default, "overdue"), context);
        var suspended = active.Apply(Assert.Single(suspend.Events));
        var restore = OrganisationDecisions.Restore(suspended, new RestoreOrganisation(default), context);

        Assert.Equal(
            (OrganisationStatus.Suspended, new OrganisationSuspension("overdue", context.Now)),
            (suspend.Reply!.Status, suspend.Reply.Suspension));
        Assert.Equal(active, suspended.Apply(Assert.Single(restore.Events)));
        Assert.Equal(suspended, JournalJson.Read<OrganisationState>(System.Text.Encoding.UTF8.GetString(JournalJson.Write(suspended))));
    }

    [Fact]
    public void What_is_so_already_is_accepted_and_nothing_happens()
    {
        var context = Context with { Key = EntityKey.Of(OrganisationId), NextVersion = 7 };
        var active = OrganisationState.None.Apply(OrganisationDecisions.Create(OrganisationState.None, Good, context).Events[0]);
        var again = View(
            active.Apply(
                new OrganisationSuspended("first", context.Now)), OrganisationDecisions.Suspend, new SuspendOrganisation(default, "second"),
                context);
        var restored = OrganisationDecisions.Restore(active, new RestoreOrganisation(default), context);

        Assert.Equal(("first", 6L), (again.Reply!.Suspension!.Reason, again.Reply.Version));
        Assert.Empty(again.Events);
        Assert.Empty(restored.Events);
    }

    [Theory]
    [InlineData("", null, "invalid-reason")]
    [InlineData("why", 3L, "version-mismatch")]
    public void A_suspension_without_a_reason_or_of_another_version_is_refused(string reason, long? version, string code)
    {
        var context = Context with { Key = EntityKey.Of(OrganisationId), NextVersion = 2 };
        var active = OrganisationState.None.Apply(OrganisationDecisions.Create(OrganisationState.None, Good, context).Events[0]);
        Assert.Equal(code, OrganisationDecisions.Suspend(active, new SuspendOrganisation(default, reason, version), context).Error?.Code);
        Assert.Equal(
            "not-found",
            OrganisationDecisions.Suspend(OrganisationState.None, new SuspendOrganisation(default, "why"), context).Error?.Code);
    }

    [Fact]
    public void Single_sign_on_is_demanded_until_it_is_not()
    {
        var context = Context with { Key = EntityKey.Of(OrganisationId), NextVersion = 2 };
        var state = OrganisationState.None.Apply(OrganisationDecisions.Create(OrganisationState.None, Good, context).Events[0]);
        var demand = View(
            state, OrganisationDecisions.Update, new UpdateOrganisation(default, null, null, null, null, RequireSso: true), context);
        Assert.True(demand.Reply!.RequireSso);
        state = demand.State;
        Assert.Equal(state, JournalJson.Read<OrganisationState>(System.Text.Encoding.UTF8.GetString(JournalJson.Write(state))));
        Assert.False(View(
            state, OrganisationDecisions.Update, new UpdateOrganisation(
                default, null, null, null, null, RequireSso: false), context).Reply!.RequireSso);
        Assert.True(View(
            state, OrganisationDecisions.Update, new UpdateOrganisation(default, "B", null, null, null), context).Reply!.RequireSso);
    }

    [Fact]
    public void The_platform_itself_is_never_suspended()
    {
        var platform = OrganisationState.None.Apply(
            OrganisationDecisions.Create(OrganisationState.None, Good with { Kind = OrganisationKind.Platform }, Context).Events[0]);
        Assert.Equal(
            "platform-organisation", OrganisationDecisions.Suspend(platform, new SuspendOrganisation(default, "why"), Context).Error?.Code);
    }

    [Fact]
    public void Who_registered_an_organisation_is_its_owner_also_by_an_event_that_does_not_say_so()
    {
        var (founder, definition) = (Guid.Parse("01932f3a-7c00-7000-8000-0000000000b2"), new OrganisationDefinition());
        var command = new AcceptedCommand(EntityKey.Of(OrganisationId), 1, default, founder, Context.Now);
        var old = JournalJson.Read<OrganisationEvent[]>(
            """
            [{"$type":"created","name":"A","kind":1,"currency":"EUR","timeZone":"UTC","locale":"en","at":"2026-01-01T00:00:00+00:00"}]
            """);
        Assert.Equal(founder, definition.Fold(OrganisationState.None, old, command, null).OwnerId);

        var context = Context with { Key = EntityKey.Of(OrganisationId), Caller = new CommandContext(OrganisationId, founder, default) };
        var created = View(OrganisationState.None, OrganisationDecisions.Create, Good, context);
        Assert.Equal(
            (founder, founder), (created.Reply!.OwnerId, definition.Fold(OrganisationState.None, created.Events, command, null).OwnerId));
    }

    [Fact]
    public void Only_the_owner_hands_an_organisation_over_or_the_platform_and_repeating_it_changes_nothing()
    {
        var (first, second, third) = (new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]), new Guid(3, 0, 0, new byte[8]));
        var context = Context with { Key = EntityKey.Of(
            OrganisationId), NextVersion = 2, Caller = new CommandContext(OrganisationId, first, default) };
        var state = OrganisationState.None.Apply(OrganisationDecisions.Create(OrganisationState.None, Good, context).Events[0]);
        Assert.Equal("not-the-owner", HandOver(second, second).Error?.Code);

        var handed = HandOver(second, first);
        Assert.Equal((second, first), (handed.Reply!.Organisation.OwnerId, handed.Reply.FormerOwnerId));
        state = state.Apply(Assert.Single(handed.Events));
        foreach (var repeating in new Guid?[] { first, second, null })
        {
            var again = HandOver(second, repeating);
            Assert.Empty(again.Events);
            Assert.Equal((second, first), (again.Reply!.Organisation.OwnerId, again.Reply.FormerOwnerId));
        }

        Assert.Equal("not-the-owner", HandOver(third, first).Error?.Code);
        Assert.Equal("not-the-owner", HandOver(second, third).Error?.Code);
        var byPlatform = OrganisationDecisions.HandOver(
            state, new HandOverOrganisation(default, third), context with { Caller = new CommandContext(Caller.Platform, first, default) });
        Assert.Equal(new OwnershipHandedOver(second, third, true), Assert.Single(byPlatform.Events));
        Assert.Equal("ownership-fixed", OrganisationDecisions.HandOver(
            state with { Kind = OrganisationKind.Individual }, new HandOverOrganisation(default, third), context).Error?.Code);

        Decided<OrganisationState, OrganisationEvent, OrganisationHandover> HandOver(Guid to, Guid? from) =>
            OrganisationDecisions.HandOver(state, new HandOverOrganisation(default, to, from), context)
                .Accept(new OrganisationDefinition(), state, context, OrganisationDefinition.Handover);
    }

    [Fact]
    public void A_change_for_another_version_is_stale()
    {
        var created = OrganisationDecisions.Create(OrganisationState.None, Good, Context).Events[0];
        var state = OrganisationState.None.Apply(created);
        var next = Context with { NextVersion = 2 };
        Assert.Null(OrganisationDecisions.Update(state, new UpdateOrganisation(default, "B", null, null, 1), next).Error);
        Assert.Equal(
            "version-mismatch", OrganisationDecisions.Update(state, new UpdateOrganisation(default, "B", null, null, 2), next).Error?.Code);
    }

    private static Decided<OrganisationState, OrganisationEvent, OrganisationView> View<TCommand>(
        OrganisationState state, Func<OrganisationState, TCommand, DecisionContext, Decision<OrganisationEvent>> decide, TCommand command,
        DecisionContext context) =>
            decide(state, command, context).Accept(new OrganisationDefinition(), state, context, OrganisationDefinition.View);
}
