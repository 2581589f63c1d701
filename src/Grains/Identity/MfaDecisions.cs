using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// What a second factor is good for (ASVS 5.0: 6.5.1, 6.5.5, 6.6.2, 6.6.3). A step of time is accepted once and none before it, a
/// recovery code once; wrong codes are counted for each ticket and for the user over all tickets. Pure.
/// </summary>
public static class MfaDecisions
{
    public const int RecoveryCodes = 10;

    /// <summary>How long a seed that was shown waits for its first code.</summary>
    public static readonly TimeSpan PendingLasts = TimeSpan.FromMinutes(15);

    public static Decision<UserEvent, MfaView> BeginTotp(UserState state, BeginTotp command, DecisionContext context) =>
        NotActive(state) ? IdentityErrors.NotActive
        : state.Mfa.Enabled ? IdentityErrors.MfaAlreadyEnabled
        : Hidden(state, context, new TotpBegun(command.SeedId, context.Now + PendingLasts));

    public static Decision<UserEvent, MfaChange> ConfirmTotp(UserState state, ConfirmTotp command, DecisionContext context)
    {
        if (NotActive(state))
        {
            return IdentityErrors.NotActive;
        }

        if (state.Mfa.Enabled)
        {
            return IdentityErrors.MfaAlreadyEnabled;
        }

        if (state.Mfa.Pending is not { } pending || pending.ExpiresAt <= context.Now || pending.SeedId != command.Proof.SeedId)
        {
            return IdentityErrors.MfaNotPending;
        }

        return command.Proof.Step is { } step && IsPresent(step, context.Now) && command.RecoveryCodes.Count == RecoveryCodes
            ? Change(state, context, new MfaEnabled(pending.SeedId, step, command.RecoveryCodes, command.SessionId))
            : IdentityErrors.InvalidCode;
    }

    public static Decision<UserEvent, MfaChange> Remove(UserState state, RemoveMfa command, DecisionContext context) =>
        !state.Exists ? CommonErrors.NotFound("user")
        : !state.Mfa.Enabled ? IdentityErrors.MfaNotEnabled
        : Change(state, context, new MfaRemoved(command.KeptSession, context.ByPlatform));

    public static Decision<UserEvent, MfaView> ReplaceRecoveryCodes(UserState state, ReplaceRecoveryCodes command, DecisionContext context) =>
        NotActive(state) ? IdentityErrors.NotActive
        : !state.Mfa.Enabled ? IdentityErrors.MfaNotEnabled
        : Hidden(state, context, new RecoveryCodesReplaced(command.RecoveryCodes));

    public static Decision<UserEvent, MfaView> IssueTicket(UserState state, IssueMfaTicket command, DecisionContext context) =>
        NotActive(state) ? IdentityErrors.NotActive
        : !state.Mfa.Enabled ? IdentityErrors.MfaNotEnabled
        : Hidden(state, context, new MfaTicketIssued(command.TicketId, command.TicketHash, command.Method, context.Now, context.Now + MfaTicket.Lifetime));

    public static Result<MfaView> CheckTicket(UserState state, Guid ticketId, Digest hash, DateTimeOffset now) =>
        Find(state, ticketId, hash, now) is null ? IdentityErrors.InvalidMfaToken : state.Mfa.ToView(now);

    public static Decision<UserEvent, MfaAnswer> RedeemTicket(UserState state, RedeemMfaTicket command, DecisionContext context)
    {
        if (Find(state, command.TicketId, command.TicketHash, context.Now) is not { } ticket)
        {
            return IdentityErrors.InvalidMfaToken;
        }

        if (Use(state.Mfa, command.Proof, context.Now) is not { } used)
        {
            return Refuse(state, command.TicketId, context);
        }

        var method = used is TotpUsed ? "totp" : "recovery-code";
        var started = new SessionStarted(
            command.SessionId, command.TokenHash, $"{ticket.Method}+{method}", Assurance.TwoFactors, command.Address, command.UserAgent,
            context.Now, context.Now + Session.Lifetime, command.Place);
        return Decision<UserEvent, MfaAnswer>.Accept(
            new MfaAnswer(SessionDecisions.ViewOf(state, started), null, state.Epoch), used, new MfaTicketSpent(command.TicketId), started);
    }

    public static Decision<UserEvent, MfaAnswer> Prove(UserState state, ProveSecondFactor command, DecisionContext context)
    {
        if (NotActive(state) || !state.Sessions.TryGetValue(command.SessionId, out var session) || !session.IsAlive(context.Now))
        {
            return IdentityErrors.NotActive;
        }

        if (!state.Mfa.Enabled)
        {
            return IdentityErrors.MfaNotEnabled;
        }

        return Use(state.Mfa, command.Proof, context.Now) is { } used
            ? Decision<UserEvent, MfaAnswer>.Accept(new MfaAnswer(session.ToView(), null, state.Epoch), used)
            : Refuse(state, null, context);
    }

    // A recovery code is too long to be guessed: it opens the lock that somebody else's guesses have closed.
    private static MfaEvent? Use(MfaState mfa, MfaProof proof, DateTimeOffset now)
    {
        if (proof.Step is { } step)
        {
            return mfa.LockAt(now) is null && proof.SeedId == mfa.SeedId && step > mfa.LastStep && IsPresent(step, now) ? new TotpUsed(step) : null;
        }

        return proof.RecoveryCode is { } given && mfa.RecoveryCodes.Aggregate(false, (found, code) => code.Matches(given) | found)
            ? new RecoveryCodeUsed(given)
            : null;
    }

    // While it is locked nothing is said about the code, and nothing is counted: the lock does not grow.
    private static Decision<UserEvent, MfaAnswer> Refuse(UserState state, Guid? ticketId, DecisionContext context)
    {
        if (state.Mfa.LockAt(context.Now) is { } locked)
        {
            return Decision<UserEvent, MfaAnswer>.Accept(new MfaAnswer(null, locked, state.Epoch));
        }

        var tooMany = state.Mfa.RecentFailures(context.Now).Count() + 1 >= MfaState.MaxFailures;
        return Decision<UserEvent, MfaAnswer>.Accept(
            new MfaAnswer(null, null, state.Epoch), new MfaFailed(ticketId, context.Now, tooMany ? context.Now + MfaState.LockLasts : null));
    }

    // By the entity's own clock too: the front door's may be off.
    private static bool IsPresent(long step, DateTimeOffset now) => Math.Abs(checked(step - Totp.StepAt(now))) <= Totp.Skew;

    private static bool NotActive(UserState state) => !state.Exists || state.Status != UserStatus.Active;

    private static MfaTicket? Find(UserState state, Guid ticketId, Digest hash, DateTimeOffset now) =>
        !NotActive(state) && state.Mfa.Enabled && state.Mfa.Tickets.TryGetValue(ticketId, out var ticket) && ticket.IsGood(hash, now) ? ticket : null;

    private static Decision<UserEvent, MfaView> Hidden(UserState state, DecisionContext context, MfaEvent @event) =>
        Decision<UserEvent, MfaView>.Accept(state.Mfa.Apply(@event).ToView(context.Now), @event);

    private static Decision<UserEvent, MfaChange> Change(UserState state, DecisionContext context, UserEvent @event)
    {
        var after = state.Apply(@event);
        Guid?[] before = [state.Mfa.SeedId, state.Mfa.Pending?.SeedId];
        return Decision<UserEvent, MfaChange>.Accept(
            new MfaChange(after.ToView(context.Key), [.. before.OfType<Guid>().Where(seed => seed != after.Mfa.SeedId)]), @event);
    }
}
