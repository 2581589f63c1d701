using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

public sealed class CredentialDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly UserState User =
        UserState.None.Apply(new UserRegistered("a@example.test", "A", UserTier.Enterprise, "hash", null, Now));

    private static readonly UserState Invited =
        UserState.None.Apply(
            new UserInvited("b@example.test", "B", UserTier.SubUser, null, null, null, null, Hash(1), Now.AddDays(7), Now));

    [Fact]
    public void A_reset_token_works_once()
    {
        var state = Issue(User, MailTokenPurpose.PasswordReset, 1);
        var redeemed = Redeem(state, MailTokenPurpose.PasswordReset, 1, Now);
        Assert.Null(redeemed.Error);
        var after = state.Apply(redeemed.Events[0]);
        Assert.Equal("new hash", after.PasswordHash);
        Assert.Equal("invalid-token", Redeem(after, MailTokenPurpose.PasswordReset, 1, Now).Error?.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("the hash of a random password of an earlier build")]
    public void A_directory_user_cannot_get_a_local_password_by_a_reset(string hash)
    {
        var external = UserState.None.Apply(new UserRegistered("d@example.test", "D", UserTier.SubUser, hash, null, Now));
        Assert.False(external.HasPassword);
        Assert.Equal(
            "no-local-password",
            CredentialDecisions.IssueToken(external, Command(MailTokenPurpose.PasswordReset, 1), Context(Now)).Error?.Code);
        var change = new ChangePassword(Context(Now).Caller, "new");
        Assert.Equal("no-local-password", CredentialDecisions.ChangePassword(external, change, Context(Now)).Error?.Code);

        // A letter from an earlier build.
        var issued = external.Apply(new MailTokenIssued(MailTokenPurpose.PasswordReset, Hash(1), Now.AddMinutes(30), null));
        Assert.Equal("invalid-token", Redeem(issued, MailTokenPurpose.PasswordReset, 1, Now).Error?.Code);
        Assert.Null(CredentialDecisions.IssueToken(external, Command(MailTokenPurpose.EmailVerification, 1), Context(Now)).Error);
    }

    [Fact]
    public void Enabling_a_directory_user_makes_them_active_and_not_invited()
    {
        var external = UserState.None.Apply(new UserRegistered("d@example.test", "D", UserTier.SubUser, "", null, Now));
        Assert.Equal(UserStatus.Active, external.Apply(new UserDisabled(null)).Apply(new UserEnabled()).Status);
        Assert.Equal(UserStatus.Invited, Invited.Apply(new UserDisabled(null)).Apply(new UserEnabled()).Status);
    }

    [Fact]
    public void A_user_added_with_a_password_or_with_one_from_an_earlier_build_keeps_it()
    {
        var parent = new Guid("01932f3a-7c00-7000-8000-0000000000c3");
        var added = UserState.None.Apply(new UserRegistered("s@example.test", "S", UserTier.SubUser, "hash", null, Now, ParentId: parent));
        var changed = UserState.None
            .Apply(new UserRegistered("d@example.test", "D", UserTier.SubUser, "random", null, Now)).Apply(new PasswordChanged("own"));
        Assert.All(
            [added, changed, User],
            user => Assert.Null(CredentialDecisions.IssueToken(user, Command(MailTokenPurpose.PasswordReset, 1), Context(Now)).Error));
    }

    [Fact]
    public void A_reset_token_lasts_half_an_hour()
    {
        var state = Issue(User, MailTokenPurpose.PasswordReset, 1);
        Assert.Null(Redeem(state, MailTokenPurpose.PasswordReset, 1, Now.AddMinutes(29)).Error);
        Assert.Equal("invalid-token", Redeem(state, MailTokenPurpose.PasswordReset, 1, Now.AddMinutes(30)).Error?.Code);
    }

    [Fact]
    public void A_token_is_valid_only_for_its_purpose()
    {
        var state = Issue(User, MailTokenPurpose.EmailVerification, 1);
        Assert.All(
            [MailTokenPurpose.PasswordReset, MailTokenPurpose.Invitation, MailTokenPurpose.EmailVerification],
            purpose => Assert.Equal("invalid-token", Redeem(state, purpose, 1, Now).Error?.Code));
    }

    [Fact]
    public void A_changed_password_voids_the_reset_token()
    {
        var state = Issue(User, MailTokenPurpose.PasswordReset, 1).Apply(new PasswordChanged("other"));
        Assert.Equal("invalid-token", Redeem(state, MailTokenPurpose.PasswordReset, 1, Now).Error?.Code);
    }

    [Fact]
    public void A_disabled_user_can_neither_reset_nor_accept()
    {
        var state = Issue(User, MailTokenPurpose.PasswordReset, 1).Apply(new UserDisabled(null));
        Assert.Equal("invalid-token", Redeem(state, MailTokenPurpose.PasswordReset, 1, Now).Error?.Code);
        Assert.Equal(
            "user-not-active", CredentialDecisions.IssueToken(state, Command(MailTokenPurpose.PasswordReset, 2), Context(Now)).Error?.Code);
        var invited = Invited.Apply(new UserDisabled(null));
        Assert.Equal("invalid-token", Redeem(invited, MailTokenPurpose.Invitation, 1, Now).Error?.Code);
        Assert.Equal("invalid-token", Redeem(invited.Apply(new UserEnabled()), MailTokenPurpose.Invitation, 1, Now).Error?.Code);
    }

    [Fact]
    public void An_accepted_invitation_makes_the_user_active_with_a_verified_address()
    {
        var accepted = Redeem(Invited, MailTokenPurpose.Invitation, 1, Now.AddDays(6));
        var after = Invited.Apply(accepted.Events[0]);
        Assert.Equal((UserStatus.Active, true), (after.Status, after.EmailVerified));
        Assert.Equal("invalid-token", Redeem(Invited, MailTokenPurpose.Invitation, 1, Now.AddDays(7)).Error?.Code);
        Assert.Equal("invalid-token", Redeem(Invited, MailTokenPurpose.Invitation, 2, Now).Error?.Code);
    }

    [Fact]
    public void A_new_address_takes_effect_only_when_its_token_is_redeemed()
    {
        var command = Command(MailTokenPurpose.EmailChange, 1) with { NewEmail = "New@Example.test" };
        var issued = CredentialDecisions.IssueToken(User, command, Context(Now));
        var state = User.Apply(issued.Events[0]);
        Assert.Equal("a@example.test", state.Email);
        var redeemed = RedeemEmail(state, MailTokenPurpose.EmailChange, 1);
        Assert.Equal(("new@example.test", "a@example.test"), (redeemed.Reply!.User.Email, redeemed.Reply.PreviousEmail));
    }

    /// <summary>Each new letter once voided the one before, so a stranger who kept requesting them could lock the user out.</summary>
    [Fact]
    public void A_newer_letter_does_not_void_the_earlier_ones_and_using_one_voids_all()
    {
        var tokens = Enumerable.Range(1, MailTokenRules.MaxLive);
        var state = tokens.Aggregate(User, (state, token) => Issue(state, MailTokenPurpose.PasswordReset, token));
        Assert.All(tokens, token => Assert.Null(Redeem(state, MailTokenPurpose.PasswordReset, token, Now).Error));
        var used = Fold(state, Redeem(state, MailTokenPurpose.PasswordReset, 1, Now));
        Assert.All(tokens, token => Assert.Equal("invalid-token", Redeem(used, MailTokenPurpose.PasswordReset, token, Now).Error?.Code));
        var more = Issue(state, MailTokenPurpose.PasswordReset, 99);
        Assert.Equal("invalid-token", Redeem(more, MailTokenPurpose.PasswordReset, 1, Now).Error?.Code);
        Assert.Null(Redeem(more, MailTokenPurpose.PasswordReset, 2, Now).Error);
    }

    [Fact]
    public void Events_of_earlier_builds_still_fold()
    {
        const string Events = """
            [{"$type":"registered","email":"a@example.test","displayName":"A","tier":1,"passwordHash":"h","at":"2026-11-21T08:00:00+00:00"},
            {"$type":"mail-token-issued","purpose":1,"tokenHash":"HASH","expiresAt":"2026-11-21T08:30:00+00:00"},
            {"$type":"session-started","sessionId":"01932f3a-7c00-7000-8000-0000000000b2","tokenHash":"HASH","method":"password",
            "acr":"aal1","at":"2026-11-21T08:00:00+00:00","expiresAt":"2026-11-28T08:00:00+00:00"}]
            """;
        var events = JournalJson.Read<UserEvent[]>(
            Events.Replace("HASH", Convert.ToBase64String(Hash(1).ToArray()), StringComparison.Ordinal));
        var state = events.Aggregate(UserState.None, (folded, @event) => folded.Apply(@event));
        Assert.False(state.MustVerify);
        Assert.Empty(state.Places);
        Assert.Null(Redeem(state, MailTokenPurpose.PasswordReset, 1, Now).Error);
    }

    [Fact]
    public void A_reset_verifies_the_address_because_its_token_was_mailed_there()
    {
        var registered = UserState.None.Apply(
            new UserRegistered("a@example.test", "A", UserTier.Enterprise, "hash", null, Now, MustVerify: true));
        var start = new StartSession(Context(Now).Caller, Guid.Empty, Hash(5), "password", "aal1", null, null);
        Assert.Equal("address-not-verified", SessionDecisions.Start(registered, start, Context(Now)).Error?.Code);
        var state = Issue(registered, MailTokenPurpose.PasswordReset, 1);
        var after = Fold(state, Redeem(state, MailTokenPurpose.PasswordReset, 1, Now));
        Assert.True(after.EmailVerified);
        Assert.Null(SessionDecisions.Start(after, start, Context(Now)).Error);
    }

    [Fact]
    public void An_address_is_released_only_from_a_user_who_never_verified_it()
    {
        var state = Issue(Issue(User, MailTokenPurpose.AddressRelease, 1), MailTokenPurpose.EmailVerification, 2);
        var freed = RedeemEmail(state, MailTokenPurpose.AddressRelease, 1);
        Assert.Equal("a@example.test", freed.Reply!.PreviousEmail);
        var after = freed.State;
        Assert.True(PlaceholderAddress.Is(after.Email));
        Assert.Equal("invalid-token", RedeemEmail(after, MailTokenPurpose.EmailVerification, 2).Error?.Code);

        var verified = RedeemEmail(state, MailTokenPurpose.EmailVerification, 2).State;
        Assert.Equal("invalid-token", RedeemEmail(verified, MailTokenPurpose.AddressRelease, 1).Error?.Code);
        Assert.Equal(
            "address-verified",
            CredentialDecisions.IssueToken(verified, Command(MailTokenPurpose.AddressRelease, 3), Context(Now)).Error?.Code);

        // Nobody could restore a super admin's address.
        var admin = UserState.None.Apply(new UserRegistered("a@example.test", "A", UserTier.SuperAdmin, "hash", null, Now));
        Assert.NotNull(CredentialDecisions.IssueToken(admin, Command(MailTokenPurpose.AddressRelease, 3), Context(Now)).Error);
    }

    [Fact]
    public void A_hash_is_replaced_only_if_it_is_still_the_one_that_was_verified()
    {
        var command = new RehashPassword(Context(Now).Caller, "hash", "stronger");
        Assert.Null(CredentialDecisions.RehashPassword(User, command, Context(Now)).Error);
        Assert.NotNull(CredentialDecisions.RehashPassword(User.Apply(new PasswordChanged("x")), command, Context(Now)).Error);
    }

    private static UserState Issue(UserState state, MailTokenPurpose purpose, int token) =>
        state.Apply(CredentialDecisions.IssueToken(state, Command(purpose, token), Context(Now)).Events[0]);

    private static UserState Fold(UserState state, Decision<UserEvent> decision) =>
        decision.Events.Aggregate(state, (folded, @event) => folded.Apply(@event));

    private static Decided<UserState, UserEvent, CredentialChange> RedeemEmail(UserState state, MailTokenPurpose purpose, int token) =>
        CredentialDecisions.RedeemEmail(state, new RedeemEmail(Context(Now).Caller, purpose, Hash(token)), Context(Now))
            .Accept(new UserDefinition(), state, Context(Now), UserDefinition.Credentials);

    private static IssueMailToken Command(MailTokenPurpose purpose, int token) => new(Context(Now).Caller, purpose, Hash(token));

    private static Decision<UserEvent> Redeem(UserState state, MailTokenPurpose purpose, int token, DateTimeOffset at) =>
        CredentialDecisions.RedeemPassword(state, new RedeemPassword(Context(at).Caller, purpose, Hash(token), "new hash"), Context(at));

    private static Digest Hash(int token) => Digest.Of(BitConverter.GetBytes(token));

    private static DecisionContext Context(DateTimeOffset at) =>
        new(new EntityKey(Guid.Empty, Guid.Empty), 2, new CommandContext(Guid.Empty, Guid.Empty, OperationId.FromKey("s", "k")), at);
}
