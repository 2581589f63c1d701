using System.Text.Json;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

public sealed class ExternalIdentityDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ExternalIdentity Identity = new("google", "https://accounts.google.com", "1176", "ada@example.test");
    private static readonly DecisionContext Context = new(ExternalIdentity.KeyOf(Identity.Issuer, Identity.Subject), 1, default, Now);
    private static readonly LoginOwner Ada =
        new(new Guid("01932f3a-7c00-7000-8000-0000000000a1"), new Guid("01932f3a-7c00-7000-8000-0000000000b1"));

    private static readonly LoginOwner Grace = new(Ada.OrganisationId, new Guid("01932f3a-7c00-7000-8000-0000000000b2"));

    [Fact]
    public void A_linked_identity_cannot_be_taken_by_another_user()
    {
        var linked = After(ExternalIdentityState.Unknown, Link(ExternalIdentityState.Unknown, Ada));
        Assert.Equal("identity-taken", Link(linked, Grace).Error?.Code);
        Assert.Equal("identity-taken", Reserve(linked, Grace).Error?.Code);
        Assert.Equal("not-found", Unlink(linked, Grace).Error?.Code);
        Assert.Empty(Link(linked, Ada).Events);
    }

    [Fact]
    public void A_reservation_is_completed_for_its_first_owner()
    {
        var reserved = After(ExternalIdentityState.Unknown, Reserve(ExternalIdentityState.Unknown, Ada));
        Assert.Equal(Ada, Reserve(reserved, Grace).Reply);
        Assert.Empty(Reserve(reserved, Grace).Events);
        Assert.Equal("identity-taken", Activate(reserved, Grace).Error?.Code);
        var active = After(reserved, Activate(reserved, Ada));
        Assert.Equal((LinkStatus.Active, Ada, Now), (active.Status, active.Owner, active.LinkedAt));
        Assert.Empty(Activate(active, Ada).Events);
    }

    [Fact]
    public void A_requested_link_wins_over_an_account_that_is_being_created()
    {
        var reserved = After(ExternalIdentityState.Unknown, Reserve(ExternalIdentityState.Unknown, Ada));
        var linked = After(reserved, Link(reserved, Grace));
        Assert.Equal(Grace, linked.Owner);
        Assert.Equal("identity-taken", Activate(linked, Ada).Error?.Code);
    }

    [Fact]
    public void An_unlinked_identity_cannot_be_activated_without_a_new_reservation()
    {
        var linked = After(ExternalIdentityState.Unknown, Link(ExternalIdentityState.Unknown, Ada));
        var free = After(linked, Unlink(linked, Ada));
        Assert.Equal(LinkStatus.Free, free.Status);
        Assert.Equal("identity-taken", Activate(free, Ada).Error?.Code);
        Assert.Equal("not-found", Unlink(free, Ada).Error?.Code);
        Assert.Equal(Grace, Link(free, Grace).Reply);
    }

    [Fact]
    public void Issuer_and_subject_must_match_the_key()
    {
        foreach (var wrong in new[]
        {
            Identity with { Subject = "1177" }, Identity with { Issuer = "https://evil.example" }, Identity with { Subject = "" },
            Identity with { Provider = "" }, Identity with { Email = "a\nb" },
        })
        {
            var command = new LinkExternalIdentity(default, Ada.OrganisationId, Ada.UserId, wrong);
            Assert.Equal("invalid-identity", ExternalIdentityDecisions.Link(ExternalIdentityState.Unknown, command, Context).Error?.Code);
        }

        // The boundary between issuer and subject matters.
        Assert.NotEqual(ExternalIdentity.IdOf("https://a/b", "c"), ExternalIdentity.IdOf("https://a", "b/c"));
        Assert.NotEqual(ExternalIdentity.IdOf("https://a", "1"), ExternalIdentity.IdOf("https://b", "1"));
    }

    [Fact]
    public void Events_and_state_survive_json()
    {
        var state = ExternalIdentityState.Unknown;
        foreach (var decision in new Func<ExternalIdentityState, Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner>>[]
        {
            s => Reserve(s, Ada), s => Activate(s, Ada), s => Unlink(s, Ada), s => Link(s, Grace),
        })
        {
            var @event = Assert.Single(decision(state).Events);
            Assert.Equal(@event, JsonSerializer.Deserialize<ExternalIdentityEvent>(JsonSerializer.Serialize(@event)));
            state = state.Apply(@event);
            Assert.Equal(state, JsonSerializer.Deserialize<ExternalIdentityState>(JsonSerializer.Serialize(state)));
        }
    }

    private static ExternalIdentityState After(
        ExternalIdentityState state, Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> decided) =>
        decided.Events.Aggregate(state, (current, @event) => current.Apply(@event));

    private static Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> Reserve(ExternalIdentityState state, LoginOwner user)
    {
        var command = new ReserveExternalIdentity(default, user.OrganisationId, user.UserId, Identity);
        return Accept(state, ExternalIdentityDecisions.Reserve(state, command, Context));
    }

    private static Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> Activate(
        ExternalIdentityState state, LoginOwner user) =>
        Accept(state, ExternalIdentityDecisions.Activate(state, new ActivateExternalIdentity(default, user.UserId), Context));

    private static Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> Link(ExternalIdentityState state, LoginOwner user)
    {
        var command = new LinkExternalIdentity(default, user.OrganisationId, user.UserId, Identity);
        return Accept(state, ExternalIdentityDecisions.Link(state, command, Context));
    }

    private static Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> Unlink(ExternalIdentityState state, LoginOwner user)
    {
        var command = new UnlinkExternalIdentity(default, user.OrganisationId, user.UserId);
        return Accept(state, ExternalIdentityDecisions.Unlink(state, command, Context));
    }

    private static Decided<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> Accept(
        ExternalIdentityState state, Decision<ExternalIdentityEvent> decision) =>
        decision.Accept(new ExternalIdentityDefinition(), state, Context, ExternalIdentityDefinition.Owner);
}
