using System.Reflection;
using System.Text.Json.Serialization;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Identity;

/// <summary>
/// Tests for each thing that a user can have pending whether it survives each event, and says why. A new event or purpose of letters
/// fails here until somebody has decided. A step-up is not state: its token belongs to a session and ends with it. Tokens grant nothing
/// through dealers and roles, so changes of these end none. The front door decides what a suspended organisation ends (LetterTests).
/// </summary>
public sealed class PendingThingsTests
{
    /// <summary>What can be pending.</summary>
    public enum Thing
    {
        Invitation,
        PasswordReset,
        Verification,
        PendingAddress,
        AddressRelease,
        MfaTicket,
        PendingTotp,
        Session,
        RefreshToken,
    }

    private static readonly Thing[] All = Enum.GetValues<Thing>();
    private static readonly Thing[] Access = [Thing.MfaTicket, Thing.PendingTotp, Thing.Session, Thing.RefreshToken];
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid SessionId = new("01932f3a-7c00-7000-8000-0000000000b2");
    private static readonly Guid Other = new("01932f3a-7c00-7000-8000-0000000000c3");
    private static readonly EntityKey Key = new(Guid.Empty, SessionId);
    private static readonly Digest[] NoCodes = [];

    private static readonly Dictionary<Thing, MailTokenPurpose> Purposes = new()
    {
        [Thing.Invitation] = MailTokenPurpose.Invitation,
        [Thing.PasswordReset] = MailTokenPurpose.PasswordReset,
        [Thing.Verification] = MailTokenPurpose.EmailVerification,
        [Thing.PendingAddress] = MailTokenPurpose.EmailChange,
        [Thing.AddressRelease] = MailTokenPurpose.AddressRelease,
    };

    private sealed record Case(UserEvent[] Events, Thing[] Ended, string Why);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["registered"] = new([Registered()], All, "It is always the first event of a user."),
        ["invited again"] = new(
            [Invited("a@example.test")], [.. All.Except([Thing.Invitation, Thing.AddressRelease])],
            "Only users without a password are invited, so nothing else can be pending."),
        ["invited at another address"] = new([Invited("b@example.test")], All, "Letters to the earlier address may reach somebody else."),
        ["profile"] = new([new ProfileUpdated("B", UserProfile.Default)], [], "A name gives no access."),
        ["disabled"] = new(
            [new UserDisabled(null)], [.. All.Except([Thing.AddressRelease])],
            "Everything that gives access ends; releasing the address gives none."),
        ["enabled"] = new([new UserEnabled()], [], "There is nothing left to end."),
        ["disabled and enabled again"] = new(
            [new UserDisabled(null), new UserEnabled()], [.. All.Except([Thing.AddressRelease])], "Enabling restores nothing."),
        ["tier"] = new([new TierSet(UserTier.Enterprise)], [], "As for roles: an owner who hands over keeps their own sign-in."),
        ["roles"] = new([new GrantsSet([])], [], "No token grants a role; whoever redeems it gets the user's present roles."),
        ["password changed"] = new(
            [new PasswordChanged("x")], [Thing.Invitation, Thing.PasswordReset, Thing.PendingAddress, .. Access],
            "Whatever depends on the password or was requested with it. Verification and release depend only on the address."),
        ["password reset"] = new(
            [new PasswordChanged("x"), new EmailConfirmed()], All, "As for a change; and the letter verifies the address."),
        ["password rehashed"] = new([new PasswordRehashed("x")], [], "It is the same password."),
        ["another reset letter"] = new([Issued(MailTokenPurpose.PasswordReset)], [], "A stranger's letter must not void the user's own."),
        ["another invitation"] = new([Issued(MailTokenPurpose.Invitation)], [], "As for a reset."),
        ["another verification"] = new([Issued(MailTokenPurpose.EmailVerification)], [], "As for a reset."),
        ["another address"] = new(
            [Issued(MailTokenPurpose.EmailChange)], [Thing.PendingAddress], "Only the latest requested address counts."),
        ["another release"] = new([Issued(MailTokenPurpose.AddressRelease)], [], "As for a reset."),
        ["invitation accepted"] = new([new InvitationAccepted("x", "A")], All, "It is the start of the account."),
        ["address verified"] = new(
            [new EmailConfirmed()], [Thing.Verification, Thing.AddressRelease],
            "The token is used; and a verified address cannot be released."),
        ["address changed"] = new(
            [new EmailChanged("b@example.test")], [.. Purposes.Keys],
            "Letters went to the old address. Sessions depend on the password, which was given for the change."),
        ["address released"] = new(
            [new AddressReleased(PlaceholderAddress.Of(Key))], All, "The account has lost its address."),
        ["another session"] = new([Started(Other, 9)], [], "A user can be signed in at several places."),
        ["refreshed"] = new([new SessionRefreshed(SessionId, Hash(9), [], Now)], [Thing.RefreshToken], "The token is used."),
        ["signed out"] = new(
            [new SessionEnded(SessionId, "signed-out")], [Thing.Session, Thing.RefreshToken], "An ordinary sign-out at one place."),
        ["refresh token reused"] = new(
            [new SessionEnded(SessionId, SessionEnded.Reused)], [Thing.Session, Thing.RefreshToken, Thing.PendingAddress],
            "A thief may have requested another address."),
        ["signed out everywhere"] = new(
            [new SessionsEndedAll("x")], [Thing.PasswordReset, Thing.PendingAddress, .. Access],
            "Everything that a thief may have started."),
        ["another seed"] = new([new TotpBegun(Other, Now.AddMinutes(15))], [Thing.PendingTotp], "Only one can be pending."),
        ["second factor set up"] = new(
            [new MfaEnabled(Other, 1, NoCodes, Other)], [Thing.PendingAddress, .. Access],
            "Whatever was started with one factor. A reset sets a password but starts no session; the second factor is still required."),
        ["second factor removed"] = new(
            [new MfaRemoved(null)], [Thing.PendingAddress, .. Access],
            "An administrator removes it for a user who lost it, so everything starts afresh."),
        ["recovery codes"] = new([new RecoveryCodesReplaced(NoCodes)], [], "They give no access by themselves."),
        ["another ticket"] = new([Ticket(Other)], [], "Two sign-ins can be in progress."),
        ["ticket spent"] = new([new MfaTicketSpent(SessionId)], [Thing.MfaTicket], "It is used."),
        ["code used"] = new([new TotpUsed(5)], [], "It uses the code but no ticket."),
        ["recovery code used"] = new([new RecoveryCodeUsed(Hash(9))], [], "As for a code."),
        ["wrong code"] = new([new MfaFailed(null, Now, null)], [], "One wrong code is allowed."),
    };

    public static TheoryData<string, Thing> Pairs()
    {
        var pairs = new TheoryData<string, Thing>();
        foreach (var name in Cases.Keys)
        {
            foreach (var thing in All)
            {
                pairs.Add(name, thing);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_pending_thing_ends_with_what_it_depends_on_and_with_nothing_else(string name, Thing thing)
    {
        var (events, ended, why) = Cases[name];
        var before = With(thing);
        Assert.True(IsAlive(before, thing), $"{thing} is not pending to begin with");
        var after = events.Aggregate(before, (state, @event) => state.Apply(@event));
        Assert.True(IsAlive(after, thing) != ended.Contains(thing), $"{thing} after '{name}': {why}");
    }

    [Fact]
    public void Every_event_and_every_purpose_has_been_decided()
    {
        var decided = Cases.Values.SelectMany(one => one.Events).Select(@event => @event.GetType()).ToHashSet();
        var events = typeof(UserEvent)
            .GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType).ToHashSet();
        Assert.Empty(events.Except(decided).Select(type => type.Name));
        Assert.Equal(Enum.GetValues<MailTokenPurpose>().Order(), Purposes.Values.Order());
        var letters = Cases.Values.SelectMany(one => one.Events).OfType<MailTokenIssued>().Select(issued => issued.Purpose).ToHashSet();
        Assert.Equal(Enum.GetValues<MailTokenPurpose>().Order(), letters.Order());
        Assert.All(Cases.Values, one => Assert.NotEmpty(one.Why));
    }

    private static UserState With(Thing thing)
    {
        var user = UserState.None.Apply(thing == Thing.Invitation ? Invited("a@example.test") : Registered()).Apply(Started(SessionId, 1));
        return thing switch
        {
            Thing.Invitation or Thing.Session or Thing.RefreshToken => user,
            Thing.PendingTotp => user.Apply(new TotpBegun(SessionId, Now.AddMinutes(15))),
            Thing.MfaTicket => user.Apply(new MfaEnabled(SessionId, 1, NoCodes, SessionId)).Apply(Ticket(SessionId)),
            _ => user.Apply(Issued(Purposes[thing]) with { TokenHash = Hash(1) }),
        };
    }

    private static bool IsAlive(UserState state, Thing thing)
    {
        var (later, active) = (Now.AddMinutes(1), state.Status == UserStatus.Active);
        return thing switch
        {
            Thing.MfaTicket => MfaDecisions.CheckTicket(state, SessionId, Hash(1), later).IsSuccess,
            Thing.PendingTotp => active && !state.Mfa.Enabled && state.Mfa.ToView(later).PendingSeedId == SessionId,
            Thing.Session => active && state.ToAccess(later).Sessions.Any(session => session.Id == SessionId),
            Thing.RefreshToken => SessionDecisions.Refresh(
                state, new RefreshSession(Context(later).Caller, SessionId, Hash(1), Hash(2), [], TimeSpan.FromSeconds(10)), Context(later))
                .Accept(new UserDefinition(), state, Context(later), UserDefinition.Refreshed(SessionId)).Reply?.Session is not null,
            _ => CredentialDecisions.CheckToken(state, Key, Purposes[thing], Hash(1), later).IsSuccess,
        };
    }

    private static UserRegistered Registered() => new("a@example.test", "A", UserTier.Enterprise, "hash", null, Now);

    private static UserInvited Invited(string email) =>
        new(email, "A", UserTier.SubUser, null, null, null, null, Hash(email[0] == 'a' ? 1 : 2), Now.AddDays(7), Now);

    private static MailTokenIssued Issued(MailTokenPurpose purpose) => new(purpose, Hash(2), Now.AddMinutes(30), "b@example.test");

    private static SessionStarted Started(Guid id, int token) => new(id, Hash(token), "password", "aal1", null, null, Now, Now.AddDays(7));

    private static MfaTicketIssued Ticket(Guid id) => new(id, Hash(1), "password", Now, Now.AddMinutes(5));

    private static Digest Hash(int token) => Digest.Of(BitConverter.GetBytes(token));

    private static DecisionContext Context(DateTimeOffset at) =>
        new(Key, 2, new CommandContext(Guid.Empty, SessionId, OperationId.FromKey("s", "k")), at);
}
