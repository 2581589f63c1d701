using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

public sealed class LoginNameTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Ada = Guid.CreateVersion7(Now);
    private static readonly Guid Bob = Guid.CreateVersion7(Now);

    [Theory]
    [InlineData(" Ada@Example.ORG ", "ada@example.org")]
    [InlineData("a.b+c@sub.example.org", "a.b+c@sub.example.org")]
    [InlineData("zoe\u0308@example.org", "zo\u00EB@example.org")] // NFD
    [InlineData("ZO\u00CB@example.org", "zo\u00EB@example.org")]
    [InlineData("ada@b\u00FCcher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@bu\u0308cher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@B\u00DCCHER.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@exam\u3002org", "ada@exam.org")] // An ideographic full stop.
    [InlineData("ada@\uFF45xample.org", "ada@example.org")] // A full-width letter in the domain.
    [InlineData("ada@\u0430pple.example", "ada@xn--pple-43d.example")] // With a Cyrillic a, it is a different address.
    public void An_address_is_normalised(string email, string expected)
    {
        Assert.True(LoginName.TryNormalise(email, out var normalised));
        Assert.Equal(expected, normalised);
        Assert.True(LoginName.TryNormalise(normalised, out var again));
        Assert.Equal(normalised, again);
        Assert.Equal(normalised, LoginName.NameOf(email));
    }

    [Theory]
    [InlineData("x@b\u00FCcher.example", new[] { "x@b\u00FCcher.example", "x@bu\u0308cher.example" })]
    [InlineData("x@xn--bcher-kva.example", new[] { "x@b\u00FCcher.example", "x@bu\u0308cher.example" })]
    [InlineData("zo\u00EB@example.org", new[] { "zoe\u0308@example.org" })]
    [InlineData(" Ada@Example.org", new string[0])]
    [InlineData("a\u200Bda@Example.org", new[] { "a\u200Bda@example.org" })] // Refused now, but accepted by earlier builds.
    [InlineData("ada@a_b.example", new[] { "ada@a_b.example" })]
    [InlineData("nobody", new string[0])]
    public void Forms_stored_by_earlier_builds_are_found(string email, string[] earlier) =>
        Assert.Equal(earlier.Order(StringComparer.Ordinal), LoginName.EarlierForms(email).Order(StringComparer.Ordinal));

    [Fact]
    public void A_lone_surrogate_is_not_an_address_and_breaks_nothing()
    {
        Assert.False(LoginName.TryNormalise("a\uD83D@example.org", out _));
        Assert.Equal("a\uD83D@example.org", LoginName.NameOf("a\uD83D@example.org"));
        Assert.Empty(LoginName.EarlierForms("a\uD83D@example.org"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada@localhost")]
    [InlineData("ada@example.")]
    [InlineData("ada@@example.org")]
    [InlineData("ada b@example.org")]
    [InlineData("ada\r\n@example.org")]
    [InlineData("<ada@example.org>")]
    [InlineData("a\u200Bda@example.org")]
    [InlineData("a\u200Dda@example.org")]
    [InlineData("\u202Eada@example.org")]
    [InlineData("a\u00ADda@example.org")]
    [InlineData("ada\uFE0F@example.org")]
    [InlineData("a\u3164da@example.org")]
    [InlineData("ada@ex\u200Bample.org")]
    [InlineData("ada@ex\u00ADample.org")]
    [InlineData("\uFF41da@example.org")] // A full-width a.
    [InlineData("\uFB01sh@example.org")] // A ligature.
    [InlineData("ada@a_b.example")]
    [InlineData("ada@-a.example")]
    [InlineData("ada@a..example")]
    [InlineData("ada@xn--\u00FC.example")]
    public void An_invalid_address_is_refused(string? email) => Assert.False(LoginName.TryNormalise(email, out _));

    [Fact]
    public void A_reserved_address_is_taken_for_a_minute_and_an_active_one_permanently()
    {
        var reserved = Fold(LoginNameState.Free, LoginNameDecisions.Reserve(LoginNameState.Free, Reserve(Ada), At(0)));
        Assert.Equal("email-taken", LoginNameDecisions.Reserve(reserved, Reserve(Bob), At(59)).Error?.Code);
        Assert.Null(LoginNameDecisions.Reserve(reserved, Reserve(Bob), At(60)).Error);
        var active = Fold(reserved, LoginNameDecisions.Activate(reserved, new ActivateLoginName(default, Ada), At(1)));
        Assert.Equal("email-taken", LoginNameDecisions.Reserve(active, Reserve(Bob), At(3600)).Error?.Code);
    }

    [Fact]
    public void Only_the_one_who_reserved_can_activate()
    {
        var reserved = Fold(LoginNameState.Free, LoginNameDecisions.Reserve(LoginNameState.Free, Reserve(Ada), At(0)));
        Assert.Equal("email-taken", LoginNameDecisions.Activate(reserved, new ActivateLoginName(default, Bob), At(1)).Error?.Code);
    }

    [Fact]
    public void The_reply_contains_the_present_or_former_owner()
    {
        var (definition, owner) = (new LoginNameDefinition(), new LoginOwner(Caller.Platform, Ada));
        var reserved = LoginNameDecisions.Reserve(LoginNameState.Free, Reserve(Ada), At(0))
            .Accept(definition, LoginNameState.Free, At(0), LoginNameDefinition.Owner);
        var released = LoginNameDecisions.Release(reserved.State, new ReleaseLoginName(default, Ada), At(1))
            .Accept(definition, reserved.State, At(1), LoginNameDefinition.Owner);
        Assert.Equal((owner, owner, null), (reserved.Reply, released.Reply, released.State.Owner));
    }

    private static LoginNameState Fold(LoginNameState state, Decision<LoginNameEvent> decision) =>
        decision.Events.Aggregate(state, (current, @event) => current.Apply(@event));

    private static ReserveLoginName Reserve(Guid user) => new(default, Caller.Platform, user);

    private static DecisionContext At(int seconds) => new(EntityKey.Of(Caller.Platform), 1, default, Now.AddSeconds(seconds));
}
