using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>How the commands of a user are answered.</summary>
public sealed partial class UserDefinition
{
    public static readonly Reply<UserState, UserEvent, UserView> View =
        FromState(static accepted => accepted.After.ToView(accepted.Command.Key));

    /// <summary>The user after the command, with the address before if that is another one.</summary>
    public static readonly Reply<UserState, UserEvent, CredentialChange> Credentials = FromState(static accepted => new CredentialChange(
        accepted.After.ToView(accepted.Command.Key), accepted.After.Email == accepted.Before.Email ? null : accepted.Before.Email));

    /// <summary>The session that the command started.</summary>
    public static readonly Reply<UserState, UserEvent, SessionView> Started = FromState(static accepted => StartedBy(accepted)!);

    /// <summary>How many live sessions the command ended.</summary>
    public static readonly Reply<UserState, UserEvent, SessionsEnded> Ended = FromState(static accepted => new SessionsEnded(
        accepted.Before.Sessions.Values.Count(session =>
            session.IsAlive(accepted.Command.At) && !accepted.After.Sessions.ContainsKey(session.Id))));

    public static readonly Reply<UserState, UserEvent, MfaView> SecondFactor =
        FromState(static accepted => accepted.After.Mfa.ToView(accepted.Command.At));

    /// <summary>The user after the command, with the seeds that it made useless.</summary>
    public static readonly Reply<UserState, UserEvent, MfaChange> SecondFactorChange = FromState(static accepted => new MfaChange(
        accepted.After.ToView(accepted.Command.Key),
        [
            .. new[] { accepted.Before.Mfa.SeedId, accepted.Before.Mfa.Pending?.SeedId }.OfType<Guid>()
                .Where(seed => seed != accepted.After.Mfa.SeedId),
        ]));

    /// <summary>The session that the second factor started, or why it did not.</summary>
    public static readonly Reply<UserState, UserEvent, MfaAnswer> SignedIn =
        FromState(static accepted => Answer(accepted, StartedBy(accepted)));

    /// <summary>A session after it was refreshed, with the token that comes next; neither if the command ended it.</summary>
    public static Reply<UserState, UserEvent, Refreshed> Refreshed(Guid sessionId) => FromState(accepted =>
    {
        var session = accepted.After.Sessions.GetValueOrDefault(sessionId);
        return new Refreshed(session?.ToView(), session?.SealedSuccessor, accepted.After.Epoch);
    });

    /// <summary>The session in which the second factor was proved, or why it was not.</summary>
    public static Reply<UserState, UserEvent, MfaAnswer> Proved(Guid sessionId) => FromState(accepted =>
        Answer(accepted, accepted.Events is [TotpUsed or RecoveryCodeUsed] ? accepted.After.Sessions[sessionId].ToView() : null));

    // A refused code is an event of its own. Only while it is locked nothing happens, and the reply says until when.
    private static MfaAnswer Answer(Accepted<UserState, UserEvent> accepted, SessionView? session) => new(
        session, accepted.Events.Count == 0 ? accepted.After.Mfa.LockAt(accepted.Command.At) : null, accepted.After.Epoch);

    // The first place that is known is no new one: there is nothing to compare it with.
    private static SessionView? StartedBy(Accepted<UserState, UserEvent> accepted) =>
        accepted.Events.OfType<SessionStarted>().FirstOrDefault() is not { } started ? null : Session.Start(started).ToView() with
        {
            NewPlace = started.Place is { } place && accepted.Before.Places.Count > 0 && !accepted.Before.Places.Contains(place) &&
                !accepted.Before.Sessions.Values.Any(session => session.Place == place),
        };
}
