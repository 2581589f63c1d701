using FsCheck;
using FsCheck.Fluent;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

public sealed class MfaDecisionsTests
{
    private static readonly UserDefinition Definition = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly long Step = Totp.StepAt(Now);
    private static readonly Guid SeedId = new("01932f3a-7c00-7000-8000-0000000000a1");
    private static readonly Guid SessionId = new("01932f3a-7c00-7000-8000-0000000000b2");
    private static readonly IReadOnlyList<Digest> Codes = [.. Enumerable.Range(100, MfaDecisions.RecoveryCodes).Select(Hash)];
    private static readonly UserState User = UserState.None
        .Apply(new UserRegistered("a@example.test", "A", UserTier.Individual, "hash", null, Now))
        .Apply(new SessionStarted(SessionId, Hash(1), "password", "aal1", null, null, Now, Now.AddDays(7)));

    private static readonly UserState Pending = User.Apply(new TotpBegun(SeedId, Now.AddMinutes(15)));
    private static readonly UserState Enabled = Pending.Apply(new MfaEnabled(SeedId, Step - 1, Codes, SessionId));

    [Fact]
    public void A_first_code_activates_the_seed_and_ends_other_sessions()
    {
        var other = Guid.CreateVersion7(Now);
        var state = Pending.Apply(new SessionStarted(other, Hash(2), "password", "aal1", null, null, Now, Now.AddDays(7)));
        var decision = MfaDecisions.ConfirmTotp(state, Confirm(Step), At(0))
            .Accept(Definition, state, At(0), UserDefinition.SecondFactorChange);
        Assert.True(decision.Reply!.User.MfaEnabled);
        var after = decision.State;
        Assert.Equal([SessionId], after.Sessions.Keys);
        Assert.True(after.ToAccess(Now).MfaEnabled);
        Assert.Null(after.Mfa.Pending);
        Assert.Empty(decision.Reply.DroppedSeeds);
    }

    [Fact]
    public void A_pending_seed_is_confirmed_only_by_its_own_code_and_in_time()
    {
        Assert.Equal("mfa-not-pending", MfaDecisions.ConfirmTotp(User, Confirm(Step), At(0)).Error?.Code);
        var ofOtherSeed = Confirm(Step) with { Proof = new MfaProof(Guid.Empty, Step, null) };
        Assert.Equal("mfa-not-pending", MfaDecisions.ConfirmTotp(Pending, ofOtherSeed, At(0)).Error?.Code);
        Assert.Equal("mfa-not-pending", MfaDecisions.ConfirmTotp(Pending, Confirm(Step + 30), At(15 * 60)).Error?.Code);
        Assert.Equal("invalid-code", MfaDecisions.ConfirmTotp(Pending, Confirm(null), At(0)).Error?.Code);
        Assert.Equal("invalid-code", MfaDecisions.ConfirmTotp(Pending, Confirm(Step + 2), At(0)).Error?.Code);
        Assert.Equal("mfa-already-enabled", MfaDecisions.ConfirmTotp(Enabled, Confirm(Step), At(0)).Error?.Code);
        Assert.Equal("mfa-already-enabled", MfaDecisions.BeginTotp(Enabled, new BeginTotp(default, Guid.Empty), At(0)).Error?.Code);
    }

    [Fact]
    public void V6_3_3_A_user_with_two_factors_cannot_start_a_session_with_one()
    {
        var command = new StartSession(default, Guid.Empty, Hash(9), "password", "aal1", null, null);
        Assert.Equal("second-factor-required", SessionDecisions.Start(Enabled, command, At(0)).Error?.Code);
        Assert.Null(SessionDecisions.Start(User, command, At(0)).Error);
    }

    [Fact]
    public void V6_5_1_A_step_is_accepted_once_and_none_before_it()
    {
        var (state, first) = Prove(Enabled, Step, 0);
        Assert.NotNull(first.Session);
        (state, var again) = Prove(state, Step, 1);
        Assert.Null(again.Session);
        (state, var before) = Prove(state, Step - 1, 2);
        Assert.Null(before.Session);
        (_, var next) = Prove(state, Step + 1, 3);
        Assert.NotNull(next.Session);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void V6_5_5_A_step_is_accepted_only_near_its_time(int seconds)
    {
        var state = Pending.Apply(new MfaEnabled(SeedId, 0, Codes, SessionId));
        Assert.Null(Prove(state, Step, seconds).Answer.Session);
        Assert.NotNull(Prove(state, Step, seconds / 2).Answer.Session);
    }

    [Fact]
    public void A_step_of_another_seed_is_not_accepted()
    {
        var decision = MfaDecisions.Prove(Enabled, new ProveSecondFactor(default, SessionId, new MfaProof(Guid.Empty, Step, null)), At(0))
            .Accept(Definition, Enabled, At(0), UserDefinition.Proved(SessionId));
        Assert.Null(decision.Reply!.Session);
        Assert.IsType<MfaFailed>(Assert.Single(decision.Events));
    }

    [Fact]
    public void V6_5_1_A_recovery_code_is_accepted_once()
    {
        var (state, first) = Recover(Enabled, 100);
        Assert.NotNull(first.Session);
        Assert.Equal(9, state.Mfa.ToView(Now).RecoveryCodesLeft);
        Assert.Null(Recover(state, 100).Answer.Session);
        Assert.Null(Recover(state, 99).Answer.Session);
        Assert.NotNull(Recover(state, 101).Answer.Session);
    }

    [Fact]
    public void V6_6_2_A_ticket_works_once_for_its_own_user_within_five_minutes()
    {
        var state = Issue(Enabled, 1, 0);
        Assert.Equal("invalid-mfa-token", Redeem(state, 2, Step, 0).Decision.Error?.Code);
        Assert.Equal("invalid-mfa-token", Redeem(state, 1, Step + 10, 300).Decision.Error?.Code);
        Assert.Equal("invalid-mfa-token", Redeem(Enabled, 1, Step, 0).Decision.Error?.Code);
        var (after, redeemed) = Redeem(state, 1, Step, 0);
        Assert.Equal(("password+totp", "aal2"), (redeemed.Reply!.Session!.Method, redeemed.Reply.Session.Acr));
        Assert.Contains(redeemed.Reply.Session.Id, after.Sessions.Keys);
        Assert.Equal("invalid-mfa-token", Redeem(after, 1, Step + 1, 1).Decision.Error?.Code);
    }

    [Fact]
    public void V6_3_1_Five_wrong_codes_void_a_ticket_and_lock_codes_for_15_minutes()
    {
        var state = Issue(Issue(Enabled, 1, 0), 2, 0);
        for (var i = 0; i < 5; i++)
        {
            (state, var wrong) = Redeem(state, 1, null, i);
            Assert.Null(wrong.Reply!.LockedUntil);
            Assert.Null(wrong.Reply.Session);
        }

        Assert.Equal("invalid-mfa-token", Redeem(state, 1, Step, 5).Decision.Error?.Code);
        var locked = Redeem(state, 2, Step, 5).Decision;
        Assert.Null(locked.Reply!.Session);
        Assert.Equal(Now.AddSeconds(4).AddMinutes(15), locked.Reply.LockedUntil);
        Assert.Empty(locked.Events);
        Assert.NotNull(Recover(state, 100).Answer.Session);
        Assert.NotNull(Prove(state, Step + 30, (15 * 60) + 4).Answer.Session);
    }

    [Fact]
    public void V6_3_1_Wrong_codes_are_counted_over_tickets_and_sessions_and_expire_after_15_minutes()
    {
        var state = Enabled;
        for (var ticket = 1; ticket <= 2; ticket++)
        {
            (state, _) = Redeem(Issue(state, ticket, 0), ticket, null, 0);
            (state, _) = Prove(state, null, 0);
        }

        var (locked, _) = Prove(state, null, 899);
        Assert.NotNull(locked.Mfa.LockAt(Now.AddSeconds(899)));
        var (free, _) = Prove(state, null, 900);
        Assert.Null(free.Mfa.LockAt(Now.AddSeconds(900)));
        Assert.Single(free.Mfa.Failures);
    }

    [Fact]
    public void Events_that_end_access_end_sign_ins_in_progress()
    {
        var state = Issue(Enabled, 1, 0);
        foreach (var @event in new UserEvent[] { new UserDisabled(null), new PasswordChanged("other"), new MfaRemoved(null) })
        {
            Assert.Equal("invalid-mfa-token", Redeem(state.Apply(@event), 1, Step, 0).Decision.Error?.Code);
        }

        var disabled = state.Apply(new UserDisabled(null)).Apply(new UserEnabled());
        Assert.Equal("invalid-mfa-token", Redeem(disabled, 1, Step, 0).Decision.Error?.Code);
    }

    [Fact]
    public void The_number_of_tickets_is_limited()
    {
        var state = Enumerable.Range(1, 50).Aggregate(Enabled, (current, ticket) => Issue(current, ticket, ticket));
        Assert.Equal(MfaState.MaxTickets, state.Mfa.Tickets.Count);
        Assert.NotNull(Redeem(state, 50, Step + 2, 60).Decision.Reply?.Session);
    }

    [Fact]
    public void Removing_returns_the_seed_to_delete_and_a_reset_ends_every_session()
    {
        var removed = MfaDecisions.Remove(Enabled, new RemoveMfa(default, SessionId), At(0))
            .Accept(Definition, Enabled, At(0), UserDefinition.SecondFactorChange);
        Assert.Equal([SeedId], removed.Reply!.DroppedSeeds);
        Assert.Equal([SessionId], removed.State.Sessions.Keys);
        Assert.Empty(Fold(Enabled, MfaDecisions.Remove(Enabled, new RemoveMfa(default, null), At(0)).Events).Sessions);
        Assert.Equal("mfa-not-enabled", MfaDecisions.Remove(User, new RemoveMfa(default, null), At(0)).Error?.Code);
        Assert.Equal("not-found", MfaDecisions.Remove(UserState.None, new RemoveMfa(default, null), At(0)).Error?.Code);
    }

    [Fact]
    public void No_code_is_ever_accepted_twice_nor_outside_its_time() => Prop.ForAll(
        (from move in Gen.Choose(0, 40)
         from offset in Gen.Choose(-3, 3)
         from kind in Gen.Choose(0, 3)
         select (move, offset, kind)).ListOf(60).ToArbitrary(),
        attempts =>
        {
            var (state, second, last) = (Enabled, 0, Step - 1);
            var used = new HashSet<int>();
            foreach (var (move, offset, kind) in attempts)
            {
                second += move;
                var step = Totp.StepAt(Now.AddSeconds(second)) + offset;
                if (kind == 0)
                {
                    var code = 100 + Math.Abs(offset);
                    (state, var recovered) = Recover(state, code, second);
                    if (recovered.Session is not null && !used.Add(code))
                    {
                        return false;
                    }

                    continue;
                }

                (state, var answer) = kind == 1
                    ? RedeemAnswer(Issue(state, second, second), second, step, second)
                    : Prove(state, step, second);
                if (answer.Session is null)
                {
                    continue;
                }

                if (step <= last || Math.Abs(offset) > Totp.Skew)
                {
                    return false;
                }

                last = step;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private static Digest Hash(int number) => Digest.Of(BitConverter.GetBytes(number));

    private static DecisionContext At(double seconds) => new(new EntityKey(Guid.Empty, Guid.Empty), 1, default, Now.AddSeconds(seconds));

    private static ConfirmTotp Confirm(long? step) => new(default, SessionId, new MfaProof(SeedId, step, null), Codes);

    private static UserState Fold(UserState state, IReadOnlyList<UserEvent> events) =>
        events.Aggregate(state, (current, @event) => current.Apply(@event));

    private static Guid TicketId(int ticket) => new(ticket, 0, 0, new byte[8]);

    private static UserState Issue(UserState state, int ticket, double seconds) =>
        Fold(
            state,
            MfaDecisions.IssueTicket(state, new IssueMfaTicket(default, TicketId(ticket), Hash(ticket), "password"), At(seconds)).Events);

    private static (UserState State, Decided<UserState, UserEvent, MfaAnswer> Decision) Redeem(
        UserState state, int ticket, long? step, double seconds)
    {
        var command = new RedeemMfaTicket(
            default, TicketId(ticket), Hash(ticket), new MfaProof(SeedId, step, null), new Guid(ticket, 1, 0, new byte[8]), Hash(7), null,
            null);
        var decided = MfaDecisions.RedeemTicket(state, command, At(seconds))
            .Accept(Definition, state, At(seconds), UserDefinition.SignedIn);
        return (decided.State, decided);
    }

    private static (UserState State, MfaAnswer Answer) RedeemAnswer(UserState state, int ticket, long? step, double seconds)
    {
        var (after, decision) = Redeem(state, ticket, step, seconds);
        return (after, decision.Reply ?? new MfaAnswer(null, null, 0));
    }

    private static (UserState State, MfaAnswer Answer) Prove(UserState state, long? step, double seconds) =>
        Prove(state, new MfaProof(SeedId, step, null), seconds);

    private static (UserState State, MfaAnswer Answer) Recover(UserState state, int code, double seconds = 10) =>
        Prove(state, new MfaProof(SeedId, null, Hash(code)), seconds);

    private static (UserState State, MfaAnswer Answer) Prove(UserState state, MfaProof proof, double seconds)
    {
        var decided = MfaDecisions.Prove(state, new ProveSecondFactor(default, SessionId, proof), At(seconds))
            .Accept(Definition, state, At(seconds), UserDefinition.Proved(SessionId));
        return (decided.State, decided.Reply!);
    }
}
