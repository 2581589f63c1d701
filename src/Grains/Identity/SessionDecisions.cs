using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>What becomes of sessions and refresh tokens (RFC 9700, 4.14; ASVS 10.4.5). Pure.</summary>
public static class SessionDecisions
{
    /// <summary>A client whose answer was lost may ask again for at most this long.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long a session that began with the directory goes on while the directory is not reached.</summary>
    public static readonly TimeSpan DirectoryMayBeAway = TimeSpan.FromHours(1);

    public static Decision<UserEvent> Start(UserState state, StartSession command, DecisionContext context)
    {
        if (!state.Exists || state.Status != UserStatus.Active)
        {
            return IdentityErrors.NotActive;
        }

        if (state.MustVerify)
        {
            return IdentityErrors.AddressNotVerified;
        }

        if (state.Mfa.Enabled && command.Acr != Assurance.TwoFactors)
        {
            return IdentityErrors.SecondFactorRequired;
        }

        return new SessionStarted(
            command.SessionId, command.TokenHash, command.Method, command.Acr, command.Address, command.UserAgent,
            context.Now, context.Now + Session.Lifetime, command.Place);
    }

    /// <summary>
    /// The current token is spent for the successor. The one before it gets the same successor again for a moment; any other
    /// that was ours has been stolen, by this caller or an earlier one, and ends the session. Unknown ones end nothing.
    /// </summary>
    public static Decision<UserEvent> Refresh(UserState state, RefreshSession command, DecisionContext context)
    {
        if (state.Status != UserStatus.Active || !state.Sessions.TryGetValue(command.SessionId, out var session) || !session.IsAlive(context.Now))
        {
            return IdentityErrors.InvalidGrant;
        }

        if (session.Current.Matches(command.TokenHash))
        {
            if (SignInMethods.IsDirectory(session.Method) && Doubt(session, command.Directory, context.Now) is { } doubt)
            {
                return doubt;
            }

            return new SessionRefreshed(
                session.Id, command.SuccessorHash, command.SealedSuccessor, context.Now, command.Directory == DirectoryAnswer.Stands,
                command.Address == session.Address ? null : command.Address, command.UserAgent == session.UserAgent ? null : command.UserAgent);
        }

        var grace = command.Grace < LongestGrace ? command.Grace : LongestGrace;
        if (session.Previous is { } previous && previous.Matches(command.TokenHash) && context.Now - session.LastUsedAt < grace)
        {
            return Decision<UserEvent>.Unchanged;
        }

        return session.Spent.Contains(command.TokenHash.Mark)
            ? new SessionEnded(session.Id, SessionEnded.Reused)
            : IdentityErrors.InvalidGrant;
    }

    // Only whoever holds the token that may be spent makes the directory be asked.
    private static Decision<UserEvent>? Doubt(Session session, DirectoryAnswer? answer, DateTimeOffset now)
    {
        if (answer is null)
        {
            return IdentityErrors.DirectoryProofRequired;
        }

        if (answer == DirectoryAnswer.Gone)
        {
            return new SessionEnded(session.Id, "dropped-by-directory");
        }

        if (answer == DirectoryAnswer.NotReached && now - session.ProvedAt >= DirectoryMayBeAway)
        {
            return IdentityErrors.DirectoryUnavailable;
        }

        return null;
    }

    public static Decision<UserEvent> End(UserState state, EndSession command, DecisionContext context) =>
        !state.Sessions.TryGetValue(command.SessionId, out var session) || !session.IsAlive(context.Now)
            ? CommonErrors.NotFound("session")
            : new SessionEnded(session.Id, "signed-out");

    /// <summary>Even without a session, a sign-in may be under way, or a letter out that would let somebody in.</summary>
    public static Decision<UserEvent> EndAll(UserState state, EndAllSessions _, DecisionContext context)
    {
        var ended = new SessionsEndedAll(context.ByPlatform == true ? "ended-by-platform" : "signed-out-everywhere", context.ByPlatform);
        var nothing = state.Sessions.IsEmpty && state.Mfa.Tickets.IsEmpty && state.Mfa.Pending is null &&
            MailTokenRules.EndedBy(ended).All(purpose => state.MailTokens.Of(purpose).Count == 0);
        return nothing ? Decision<UserEvent>.Unchanged : ended;
    }
}
