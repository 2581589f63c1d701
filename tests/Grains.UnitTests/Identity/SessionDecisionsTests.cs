using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

public sealed class SessionDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid SessionId = new("01932f3a-7c00-7000-8000-0000000000b2");
    private static readonly UserState User =
        UserState.None.Apply(new UserRegistered("a@example.test", "A", UserTier.Individual, "hash", null, Now));
    private static readonly UserState SignedIn = Start(User, SessionId, 0);

    [Fact]
    public void A_token_is_exchanged_for_its_successor()
    {
        var (state, refreshed) = Refresh(SignedIn, 0, 1, Now.AddMinutes(10));
        Assert.Equal(SessionId, refreshed.Reply!.Session!.Id);
        Assert.True(state.Sessions[SessionId].Current.Matches(Hash(1)));
        Assert.Equal(Now + Session.Lifetime, state.Sessions[SessionId].ExpiresAt);
    }

    [Fact]
    public void The_previous_token_gets_the_same_successor_for_ten_seconds_and_then_ends_the_session()
    {
        var (state, first) = Refresh(SignedIn, 0, 1, Now);
        var (same, again) = Refresh(state, 0, 2, Now.AddSeconds(9.9));
        Assert.Empty(again.Events);
        Assert.Equal(first.Reply!.SealedSuccessor, again.Reply!.SealedSuccessor);
        var (ended, late) = Refresh(same, 0, 2, Now.AddSeconds(10));
        Assert.Null(late.Reply!.Session);
        Assert.Empty(ended.Sessions);
    }

    [Fact]
    public void Only_the_previous_token_has_that_grace()
    {
        var (state, _) = Refresh(SignedIn, 0, 1, Now);
        (state, _) = Refresh(state, 1, 2, Now.AddSeconds(1));
        var (ended, reused) = Refresh(state, 0, 3, Now.AddSeconds(2));
        Assert.Null(reused.Reply!.Session);
        Assert.Empty(ended.Sessions);
    }

    [Fact]
    public void Without_grace_every_reuse_ends_the_session_and_grace_is_at_most_ten_seconds()
    {
        var (state, _) = Refresh(SignedIn, 0, 1, Now);
        Assert.Null(Refresh(state, 0, 2, Now, TimeSpan.Zero).Decision.Reply!.Session);
        Assert.Null(Refresh(state, 0, 2, Now.AddSeconds(10), TimeSpan.FromHours(1)).Decision.Reply!.Session);
    }

    [Theory]
    [InlineData("ldap")]
    [InlineData("ldap+totp")]
    public void A_session_that_began_with_the_directory_ends_when_its_user_is_gone_there(string method)
    {
        var state = OfDirectory(method);
        Assert.Equal("directory-proof-required", SessionDecisions.Refresh(state, Command(0, 1), Context(Now)).Error?.Code);
        // Without a valid token, the directory is not asked.
        Assert.Equal("invalid-grant", SessionDecisions.Refresh(state, Command(77, 1), Context(Now)).Error?.Code);
        var gone = Refresh(state, Command(0, 1) with { Directory = DirectoryAnswer.Gone }, Now);
        Assert.Null(gone.Reply!.Session);
        Assert.Equal(new SessionEnded(SessionId, "dropped-by-directory"), Assert.Single(gone.Events));
        Assert.NotNull(Refresh(state, Command(0, 1) with { Directory = DirectoryAnswer.Stands }, Now).Reply!.Session);
    }

    [Fact]
    public void While_the_directory_is_unreachable_sessions_continue_for_at_most_an_hour()
    {
        var state = OfDirectory("ldap");
        var away = Command(0, 1) with { Directory = DirectoryAnswer.NotReached };
        Assert.NotNull(Refresh(state, away, Now.AddMinutes(59)).Reply!.Session);
        var refused = SessionDecisions.Refresh(state, away, Context(Now.AddMinutes(60)));
        Assert.Equal("directory-unavailable", refused.Error?.Code);
        Assert.Empty(refused.Events);

        var proved = SessionDecisions.Refresh(
            state, Command(0, 1) with { Directory = DirectoryAnswer.Stands }, Context(Now.AddMinutes(60)));
        state = proved.Events.Aggregate(state, (current, @event) => current.Apply(@event));
        away = Command(1, 2) with { Directory = DirectoryAnswer.NotReached };
        Assert.NotNull(Refresh(state, away, Now.AddMinutes(119)).Reply!.Session);
        Assert.Equal("directory-unavailable", SessionDecisions.Refresh(state, away, Context(Now.AddMinutes(120))).Error?.Code);
    }

    private static UserState OfDirectory(string method) =>
        User.Apply(SessionDecisions.Start(User, StartCommand(SessionId, 0) with { Method = method }, Context(Now)).Events[0]);

    [Fact]
    public void An_unknown_token_ends_nothing()
    {
        Assert.Equal("invalid-grant", Refresh(SignedIn, 77, 1, Now).Decision.Error?.Code);
        Assert.Equal(
            "invalid-grant", SessionDecisions.Refresh(SignedIn, Command(0, 1) with { SessionId = Guid.Empty }, Context(Now)).Error?.Code);
    }

    [Fact]
    public void A_session_ends_seven_days_after_the_sign_in_however_often_it_is_refreshed()
    {
        var state = SignedIn;
        var token = 0;
        for (var at = Now; at < Now + Session.Lifetime; at += TimeSpan.FromHours(1))
        {
            (state, var refreshed) = Refresh(state, token, ++token, at);
            Assert.NotNull(refreshed.Reply!.Session);
        }

        Assert.Equal("invalid-grant", Refresh(state, token, token + 1, Now + Session.Lifetime).Decision.Error?.Code);
        Assert.Empty(state.ToAccess(Now + Session.Lifetime).Sessions);
    }

    [Fact]
    public void Every_used_token_is_recognised()
    {
        var state = SignedIn;
        for (var token = 0; token < 300; token++)
        {
            (state, _) = Refresh(state, token, token + 1, Now.AddMinutes(token));
        }

        Assert.All(Enumerable.Range(0, 299), token => Assert.Null(Refresh(state, token, 999, Now.AddMinutes(301)).Decision.Reply!.Session));
        Assert.NotNull(Refresh(state, 300, 301, Now.AddMinutes(301)).Decision.Reply!.Session);
    }

    [Fact]
    public void The_number_of_used_tokens_is_limited()
    {
        var state = SignedIn;
        for (var token = 0; token < Session.MaxSpent + 10; token++)
        {
            (state, _) = Refresh(state, token, token + 1, Now);
        }

        Assert.Equal(Session.MaxSpent, state.Sessions[SessionId].Spent.Length);
    }

    [Fact]
    public void The_number_of_sessions_is_limited_and_the_oldest_ends_first()
    {
        var state = User;
        for (var i = 0; i <= UserState.MaxSessions; i++)
        {
            state = Start(state, new Guid(i, 0, 0, new byte[8]), i, Now.AddSeconds(i));
        }

        Assert.Equal(UserState.MaxSessions, state.Sessions.Count);
        Assert.DoesNotContain(new Guid(0, 0, 0, new byte[8]), state.Sessions.Keys);
    }

    [Theory]
    [InlineData(typeof(UserDisabled))]
    [InlineData(typeof(PasswordChanged))]
    [InlineData(typeof(SessionsEndedAll))]
    public void Events_that_end_access_end_every_session(Type type)
    {
        UserEvent @event = type == typeof(UserDisabled) ? new UserDisabled(null)
            : type == typeof(PasswordChanged) ? new PasswordChanged("x")
            : new SessionsEndedAll("y");
        Assert.Empty(SignedIn.Apply(@event).Sessions);
    }

    [Fact]
    public void A_user_who_is_not_active_starts_no_session()
    {
        var disabled = User.Apply(new UserDisabled(null));
        Assert.Equal("user-not-active", SessionDecisions.Start(disabled, StartCommand(SessionId, 0), Context(Now)).Error?.Code);
        Assert.Equal("user-not-active", SessionDecisions.Start(UserState.None, StartCommand(SessionId, 0), Context(Now)).Error?.Code);
    }

    [Fact]
    public void A_sign_in_from_a_new_place_is_reported_once_and_the_first_sign_in_never()
    {
        var (state, reported) = (User, new List<bool>());
        var hotels = Enumerable.Range(0, UserState.MaxPlaces).Select(i => $"hotel {i}");
        string?[] places = ["home", "home", "work", "home", "work", null, "cafe", .. hotels, "cafe", "train"];
        for (var i = 0; i < places.Length; i++)
        {
            var started = SessionDecisions.Start(
                state, StartCommand(new Guid(i, 0, 0, new byte[8]), i) with { Place = places[i] }, Context(Now))
                .Accept(new UserDefinition(), state, Context(Now), UserDefinition.Started);
            reported.Add(started.Reply!.NewPlace);
            state = started.State;
        }

        // The cafe is no longer among the last places, but one of its sessions is still alive.
        Assert.Equal(
            [false, false, true, false, false, false, true, .. Enumerable.Repeat(true, UserState.MaxPlaces), false, true], reported);
        Assert.Equal(UserState.MaxPlaces, state.Places.Count);
    }

    [Fact]
    public void Signing_out_everywhere_voids_letters_even_without_a_session()
    {
        Assert.Empty(SessionDecisions.EndAll(User, new EndAllSessions(Context(Now).Caller), Context(Now)).Events);
        var asked = User.Apply(new MailTokenIssued(MailTokenPurpose.PasswordReset, Hash(1), Now.AddMinutes(30), null));
        Assert.Single(SessionDecisions.EndAll(asked, new EndAllSessions(Context(Now).Caller), Context(Now)).Events);
    }

    [Fact]
    public void Signing_out_returns_how_many_live_sessions_ended()
    {
        var (two, other) = (Start(SignedIn, new Guid(2, 0, 0, new byte[8]), 2, Now.AddDays(1)), SessionId);
        Assert.Equal(1, Ended(two, SessionDecisions.End(two, new EndSession(Context(Now).Caller, other), Context(Now)), Now));
        foreach (var (at, live) in new[] { (Now.AddDays(1), 2), (Now + Session.Lifetime, 1), (Now.AddDays(9), 0) })
        {
            Assert.Equal(live, Ended(two, SessionDecisions.EndAll(two, new EndAllSessions(Context(at).Caller), Context(at)), at));
        }

        Assert.Equal(0, Ended(User, SessionDecisions.EndAll(User, new EndAllSessions(Context(Now).Caller), Context(Now)), Now));

        static int Ended(UserState state, Decision<UserEvent> decision, DateTimeOffset at) =>
            decision.Accept(new UserDefinition(), state, Context(at), UserDefinition.Ended).Reply!.Count;
    }

    [Fact]
    public void A_sign_in_does_not_make_a_profile_change_stale()
    {
        var update = new UpdateProfile(Context(Now).Caller, "New", UserProfile.Default, User.Revision);
        Assert.Null(UserDecisions.UpdateProfile(SignedIn, update, Context(Now)).Error);
        Assert.Equal(
            "version-mismatch", UserDecisions.UpdateProfile(SignedIn.Apply(new EmailConfirmed()), update, Context(Now)).Error?.Code);
    }

    private static UserState Start(UserState state, Guid id, int token, DateTimeOffset? at = null) =>
        state.Apply(SessionDecisions.Start(state, StartCommand(id, token), Context(at ?? Now)).Events[0]);

    private static StartSession StartCommand(Guid id, int token) =>
        new(Context(Now).Caller, id, Hash(token), "password", "aal1", null, null);

    private static (UserState State, Decided<UserState, UserEvent, Refreshed> Decision) Refresh(
        UserState state, int token, int successor, DateTimeOffset at, TimeSpan? grace = null)
    {
        var decided = Refresh(state, Command(token, successor) with { Grace = grace ?? TimeSpan.FromSeconds(10) }, at);
        return (decided.State, decided);
    }

    private static Decided<UserState, UserEvent, Refreshed> Refresh(UserState state, RefreshSession command, DateTimeOffset at) =>
        SessionDecisions.Refresh(state, command, Context(at))
            .Accept(new UserDefinition(), state, Context(at), UserDefinition.Refreshed(command.SessionId));

    private static RefreshSession Command(int token, int successor) =>
        new(Context(Now).Caller, SessionId, Hash(token), Hash(successor), BitConverter.GetBytes(successor), TimeSpan.FromSeconds(10));

    private static Digest Hash(int token) => Digest.Of(BitConverter.GetBytes(token));

    private static DecisionContext Context(DateTimeOffset at) =>
        new(new EntityKey(SessionId, SessionId), 2, new CommandContext(SessionId, SessionId, OperationId.FromKey("s", "k")), at);
}
