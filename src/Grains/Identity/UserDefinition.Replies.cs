using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>The replies to a user's commands.</summary>
public sealed partial class UserDefinition
{
    public static readonly Reply<UserState, UserEvent, UserView> View =
        FromState(static accepted => accepted.After.ToView(accepted.Command.Key));

    /// <summary>The user after the command, and the previous address if it changed.</summary>
    public static readonly Reply<UserState, UserEvent, CredentialChange> Credentials = FromState(static accepted => new CredentialChange(
        accepted.After.ToView(accepted.Command.Key), accepted.After.Email == accepted.Before.Email ? null : accepted.Before.Email));

    /// <summary>The session that the command started.</summary>
    public static readonly Reply<UserState, UserEvent, SessionView> Started = FromState(static accepted => StartedBy(accepted)!);

    /// <summary>The number of live sessions that the command ended.</summary>
    public static readonly Reply<UserState, UserEvent, SessionsEnded> Ended = FromState(static accepted => new SessionsEnded(
        accepted.Before.Sessions.Values.Count(session =>
            session.IsAlive(accepted.Command.At) && !accepted.After.Sessions.ContainsKey(session.Id))));

    public static readonly Reply<UserState, UserEvent, MfaView> SecondFactor =
        FromState(static accepted => accepted.After.Mfa.ToView(accepted.Command.At));

    /// <summary>The user after the command, and the seeds that are no longer needed.</summary>
    public static readonly Reply<UserState, UserEvent, MfaChange> SecondFactorChange = FromState(static accepted => new MfaChange(
        accepted.After.ToView(accepted.Command.Key),
        [
            .. new[] { accepted.Before.Mfa.SeedId, accepted.Before.Mfa.Pending?.SeedId }.OfType<Guid>()
                .Where(seed => seed != accepted.After.Mfa.SeedId),
        ]));

    /// <summary>The session that the second factor started, or why it did not start.</summary>
    public static readonly Reply<UserState, UserEvent, MfaAnswer> SignedIn =
        FromState(static accepted => Answer(accepted, StartedBy(accepted)));

    /// <summary>The session after a refresh, and its next token; both null if the command ended the session.</summary>
    public static Reply<UserState, UserEvent, Refreshed> Refreshed(Guid sessionId) => FromState(accepted =>
    {
        var session = accepted.After.Sessions.GetValueOrDefault(sessionId);
        return new Refreshed(session?.ToView(), session?.SealedSuccessor, accepted.After.Epoch);
    });

    /// <summary>The session in which the second factor was accepted, or why it was refused.</summary>
    public static Reply<UserState, UserEvent, MfaAnswer> Proved(Guid sessionId) => FromState(accepted =>
        Answer(accepted, accepted.Events is [TotpUsed or RecoveryCodeUsed] ? accepted.After.Sessions[sessionId].ToView() : null));

    // A wrong code is an event. Only while codes are locked is there no event, and the reply contains the end of the lock.
    private static MfaAnswer Answer(Accepted<UserState, UserEvent> accepted, SessionView? session) => new(
        session, accepted.Events.Count == 0 ? accepted.After.Mfa.LockAt(accepted.Command.At) : null, accepted.After.Epoch);

    // The first known place does not count as new: there is nothing to compare it with.
    private static SessionView? StartedBy(Accepted<UserState, UserEvent> accepted) =>
        accepted.Events.OfType<SessionStarted>().FirstOrDefault() is not { } started ? null : Session.Start(started).ToView() with
        {
            NewPlace = started.Place is { } place && accepted.Before.Places.Count > 0 && !accepted.Before.Places.Contains(place) &&
                !accepted.Before.Sessions.Values.Any(session => session.Place == place),
        };
}
