using Platform.Grains.Common.Entities;
using Platform.Grains.Identity;
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
    public void An_address_is_normalised(string email, string expected)
    {
        Assert.True(LoginName.TryNormalise(email, out var normalised));
        Assert.Equal(expected, normalised);
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
    public void What_is_not_an_address_is_refused(string? email) => Assert.False(LoginName.TryNormalise(email, out _));

    [Fact]
    public void A_reserved_address_is_taken_for_a_minute_and_an_active_one_for_good()
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

    private static LoginNameState Fold(LoginNameState state, Decision<LoginNameEvent, LoginOwner> decision) =>
        decision.Events.Aggregate(state, (current, @event) => current.Apply(@event));

    private static ReserveLoginName Reserve(Guid user) => new(default, Caller.Platform, user);

    private static DecisionContext At(int seconds) => new(EntityKey.Of(Caller.Platform), 1, default, Now.AddSeconds(seconds));
}
