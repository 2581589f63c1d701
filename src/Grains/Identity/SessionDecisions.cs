using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>Decides about sessions and refresh tokens (RFC 9700, 4.14; ASVS 10.4.5). Pure.</summary>
public static class SessionDecisions
{
    /// <summary>The longest time in which a client that lost the reply can ask again.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long a session that began with the directory continues while the directory is unreachable.</summary>
    public static readonly TimeSpan DirectoryOutageLimit = TimeSpan.FromHours(1);

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
    /// Redeems the current token for its successor. The previous token gets the same successor again for a short time. Reuse of any
    /// other token of the session means that one was stolen, by this caller or an earlier one, and ends the session. An unknown token
    /// ends nothing.
    /// </summary>
    public static Decision<UserEvent> Refresh(UserState state, RefreshSession command, DecisionContext context)
    {
        if (state.Status != UserStatus.Active ||
            !state.Sessions.TryGetValue(command.SessionId, out var session) || !session.IsAlive(context.Now))
        {
            return IdentityErrors.InvalidGrant;
        }

        if (session.Current.Matches(command.TokenHash))
        {
            if (SignInMethods.IsDirectory(session.Method) && CheckDirectory(session, command.Directory, context.Now) is { } refusal)
            {
                return refusal;
            }

            return new SessionRefreshed(
                session.Id, command.SuccessorHash, command.SealedSuccessor, context.Now, command.Directory == DirectoryAnswer.Stands,
                command.Address == session.Address ? null : command.Address,
                command.UserAgent == session.UserAgent ? null : command.UserAgent);
        }

        var grace = command.Grace < LongestGrace ? command.Grace : LongestGrace;
        if (session.Previous is { } previous && previous.Matches(command.TokenHash) && context.Now - session.LastUsedAt < grace)
        {
            return Decision<UserEvent>.Unchanged;
        }

        return session.Spent.Contains(command.TokenHash.Prefix)
            ? new SessionEnded(session.Id, SessionEnded.Reused)
            : IdentityErrors.InvalidGrant;
    }

    // Reached only with the current token, so that no other caller can trigger requests to the directory.
    private static Decision<UserEvent>? CheckDirectory(Session session, DirectoryAnswer? answer, DateTimeOffset now)
    {
        if (answer is null)
        {
            return IdentityErrors.DirectoryProofRequired;
        }

        if (answer == DirectoryAnswer.Gone)
        {
            return new SessionEnded(session.Id, "dropped-by-directory");
        }

        if (answer == DirectoryAnswer.NotReached && now - session.ProvedAt >= DirectoryOutageLimit)
        {
            return IdentityErrors.DirectoryUnavailable;
        }

        return null;
    }

    public static Decision<UserEvent> End(UserState state, EndSession command, DecisionContext context) =>
        !state.Sessions.TryGetValue(command.SessionId, out var session) || !session.IsAlive(context.Now)
            ? CommonErrors.NotFound("session")
            : new SessionEnded(session.Id, "signed-out");

    /// <summary>Also ends sign-ins in progress and mailed tokens, so it can have an effect even without sessions.</summary>
    public static Decision<UserEvent> EndAll(UserState state, EndAllSessions _, DecisionContext context)
    {
        var ended = new SessionsEndedAll(context.ByPlatform == true ? "ended-by-platform" : "signed-out-everywhere", context.ByPlatform);
        var nothing = state.Sessions.IsEmpty && state.Mfa.Tickets.IsEmpty && state.Mfa.Pending is null &&
            MailTokenRules.EndedBy(ended).All(purpose => state.MailTokens.Of(purpose).Count == 0);
        return nothing ? Decision<UserEvent>.Unchanged : ended;
    }
}
