using System.Collections.Immutable;
using Platform.Access;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// The state of a user; Email is empty if the user does not exist. Revision counts the changes that callers see and is the version they
/// get, so that a sign-in does not make it stale. Epoch counts the changes of the user's permissions.
/// </summary>
public sealed record UserState
{
    /// <summary>A user with more sessions than this loses the oldest one.</summary>
    public const int MaxSessions = 100;

    /// <summary>The number of sign-in places to remember, besides those of the sessions.</summary>
    public const int MaxPlaces = 10;

    public static readonly UserState None = new();

    public string Email { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public UserTier Tier { get; init; }

    public UserStatus Status { get; init; }

    public string PasswordHash { get; init; } = "";

    /// <summary>The account was created for an external identity. It has no password here, even if an earlier build stored one.</summary>
    public bool IsExternal { get; init; }

    public Guid? WalletId { get; init; }

    public Guid? ParentId { get; init; }

    public bool EmailVerified { get; init; }

    /// <summary>The user cannot sign in before the address is verified.</summary>
    public bool MustVerify { get; init; }

    public UserProfile Profile { get; init; } = UserProfile.Default;

    public IReadOnlyList<Grant> Grants { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public long Revision { get; init; }

    public long Epoch { get; init; }

    public ImmutableDictionary<Guid, Session> Sessions { get; init; } = ImmutableDictionary<Guid, Session>.Empty;

    /// <summary>The tokens of each purpose, latest last.</summary>
    public ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> MailTokens { get; init; } =
        ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>>.Empty;

    /// <summary>The places of the last sign-ins, latest last.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    public MfaState Mfa { get; init; } = MfaState.None;

    public bool Exists => Email.Length > 0;

    public bool HasPassword => PasswordHash.Length > 0;

    public UserState Apply(UserEvent @event)
    {
        var after = @event switch
        {
            UserRegistered r => new UserState
            {
                Email = r.Email, DisplayName = r.DisplayName, Tier = r.Tier, PasswordHash = r.IsExternal ? "" : r.PasswordHash,
                IsExternal = r.IsExternal, WalletId = r.WalletId,
                ParentId = r.ParentId, Profile = r.Profile ?? UserProfile.Default, Grants = r.Grants ?? [], CreatedAt = r.At,
                MustVerify = r.MustVerify ?? false,
            },
            UserInvited i => (Exists ? this : new UserState { CreatedAt = i.At }) with
            {
                Email = i.Email, DisplayName = i.DisplayName, Tier = i.Tier, Status = UserStatus.Invited, WalletId = i.WalletId,
                ParentId = i.ParentId, Profile = i.Profile ?? UserProfile.Default, Grants = i.Grants ?? [],
                MailTokens = (i.Email == Email ? MailTokens : MailTokens.Clear())
                    .With(MailTokenPurpose.Invitation, new MailToken(i.TokenHash, i.ExpiresAt, null)),
            },
            ProfileUpdated p => this with { DisplayName = p.DisplayName, Profile = p.Profile },
            UserDisabled => WithoutAccess() with { Status = UserStatus.Disabled, Epoch = Epoch + 1 },
            UserEnabled => this with { Status = HasPassword || IsExternal ? UserStatus.Active : UserStatus.Invited, Epoch = Epoch + 1 },
            GrantsSet g => this with { Grants = g.Grants, Epoch = Epoch + 1 },
            TierSet t => this with
            {
                Tier = t.Tier, Epoch = Epoch + 1, Grants = t.Added is { } added && !Grants.Contains(added) ? [.. Grants, added] : Grants,
            },
            PasswordChanged p => WithoutAccess() with { PasswordHash = p.PasswordHash },
            PasswordRehashed p => this with { PasswordHash = p.PasswordHash },
            MailTokenIssued t => this with
            {
                MailTokens = MailTokens.With(t.Purpose, new MailToken(t.TokenHash, t.ExpiresAt, t.NewEmail)),
            },
            // A user who received the letter controls the address.
            InvitationAccepted a => WithoutAccess() with
            {
                PasswordHash = a.PasswordHash, DisplayName = a.DisplayName, Status = UserStatus.Active, EmailVerified = true,
                MustVerify = false,
            },
            EmailConfirmed => this with { EmailVerified = true, MustVerify = false },
            EmailChanged c => this with { Email = c.Email, EmailVerified = true, MustVerify = false },
            AddressReleased r => WithoutAccess() with { Email = r.Email, EmailVerified = false },
            SessionStarted s => this with
            {
                Sessions = SessionsWithRoom(s.At).SetItem(s.SessionId, Session.Start(s)), Places = PlacesWith(s.Place),
            },
            SessionRefreshed r => this with { Sessions = Sessions.SetItem(r.SessionId, Sessions[r.SessionId].Refresh(r)) },
            SessionEnded e => this with { Sessions = Sessions.Remove(e.SessionId) },
            SessionsEndedAll => WithoutAccess(),
            MfaEnabled m => this with { Mfa = MfaState.Enable(m), Sessions = Only(m.KeptSession) },
            MfaRemoved m => this with { Mfa = MfaState.None, Sessions = Only(m.KeptSession) },
            MfaEvent m => this with { Mfa = Mfa.Apply(m) },
            _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a user."),
        };
        after = after with { MailTokens = after.MailTokens.After(@event) };
        return @event is HiddenUserEvent ? after : after with { Revision = Revision + 1 };
    }

    public UserView ToView(EntityKey key) => new(
        key.Id, key.OrganisationId, Email, DisplayName, Tier, WalletId, CreatedAt, Revision, Status, EmailVerified, ParentId, Profile,
        Grants, Mfa.Enabled);

    public UserAccess ToAccess(DateTimeOffset now) => new(
        Status, Tier, Grants, Epoch,
        [.. Sessions.Values.Where(session => session.IsAlive(now)).Select(session => new LiveSession(session.Id, session.ExpiresAt))],
        Mfa.Enabled, ParentId, Revision);

    // Everything that could still lead to access must go: sessions, sign-ins in progress, and a second factor that was being set up.
    private UserState WithoutAccess() => this with
    {
        Sessions = Sessions.Clear(),
        Mfa = Mfa with { Tickets = Mfa.Tickets.Clear(), Pending = null },
    };

    private IReadOnlyList<string> PlacesWith(string? place) =>
        place is null ? Places : [.. Places.Where(known => known != place).TakeLast(MaxPlaces - 1), place];

    private ImmutableDictionary<Guid, Session> Only(Guid? kept) => Sessions.RemoveRange(Sessions.Keys.Where(id => id != kept));

    private ImmutableDictionary<Guid, Session> SessionsWithRoom(DateTimeOffset now)
    {
        var alive = Sessions.RemoveRange(Sessions.Values.Where(session => !session.IsAlive(now)).Select(session => session.Id));
        return alive.Count < MaxSessions ? alive : alive.Remove(alive.Values.MinBy(session => session.StartedAt)!.Id);
    }
}
