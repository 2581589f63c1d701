using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// Decides about second factors (ASVS 5.0: 6.5.1, 6.5.5, 6.6.2, 6.6.3). Each time step and each recovery code is accepted once, and no
/// step before the last accepted one. Wrong codes are counted per ticket, and per user over all tickets. Pure.
/// </summary>
public static class MfaDecisions
{
    public const int RecoveryCodes = 10;

    /// <summary>How long a new seed waits for its first code.</summary>
    public static readonly TimeSpan PendingLifetime = TimeSpan.FromMinutes(15);

    public static Decision<UserEvent> BeginTotp(UserState state, BeginTotp command, DecisionContext context) =>
        NotActive(state) ? IdentityErrors.NotActive
        : state.Mfa.Enabled ? IdentityErrors.MfaAlreadyEnabled
        : new TotpBegun(command.SeedId, context.Now + PendingLifetime);

    public static Decision<UserEvent> ConfirmTotp(UserState state, ConfirmTotp command, DecisionContext context)
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
            ? new MfaEnabled(pending.SeedId, step, command.RecoveryCodes, command.SessionId)
            : IdentityErrors.InvalidCode;
    }

    public static Decision<UserEvent> Remove(UserState state, RemoveMfa command, DecisionContext context) =>
        !state.Exists ? CommonErrors.NotFound("user")
        : !state.Mfa.Enabled ? IdentityErrors.MfaNotEnabled
        : new MfaRemoved(command.KeptSession, context.ByPlatform);

    public static Decision<UserEvent> ReplaceRecoveryCodes(UserState state, ReplaceRecoveryCodes command, DecisionContext _) =>
        NotActive(state) ? IdentityErrors.NotActive
        : !state.Mfa.Enabled ? IdentityErrors.MfaNotEnabled
        : new RecoveryCodesReplaced(command.RecoveryCodes);

    public static Decision<UserEvent> IssueTicket(UserState state, IssueMfaTicket command, DecisionContext context) =>
        NotActive(state) ? IdentityErrors.NotActive
        : !state.Mfa.Enabled ? IdentityErrors.MfaNotEnabled
        : new MfaTicketIssued(command.TicketId, command.TicketHash, command.Method, context.Now, context.Now + MfaTicket.Lifetime);

    public static Result<MfaView> CheckTicket(UserState state, Guid ticketId, Digest hash, DateTimeOffset now) =>
        Find(state, ticketId, hash, now) is null ? IdentityErrors.InvalidMfaToken : state.Mfa.ToView(now);

    public static Decision<UserEvent> RedeemTicket(UserState state, RedeemMfaTicket command, DecisionContext context)
    {
        if (Find(state, command.TicketId, command.TicketHash, context.Now) is not { } ticket)
        {
            return IdentityErrors.InvalidMfaToken;
        }

        if (Use(state.Mfa, command.Proof, context.Now) is not { } used)
        {
            return CountFailure(state, command.TicketId, context);
        }

        var method = used is TotpUsed ? "totp" : "recovery-code";
        var started = new SessionStarted(
            command.SessionId, command.TokenHash, $"{ticket.Method}+{method}", Assurance.TwoFactors, command.Address, command.UserAgent,
            context.Now, context.Now + Session.Lifetime, command.Place);
        UserEvent[] signedIn = [used, new MfaTicketSpent(command.TicketId), started];
        return signedIn;
    }

    public static Decision<UserEvent> Prove(UserState state, ProveSecondFactor command, DecisionContext context)
    {
        if (NotActive(state) || !state.Sessions.TryGetValue(command.SessionId, out var session) || !session.IsAlive(context.Now))
        {
            return IdentityErrors.NotActive;
        }

        if (!state.Mfa.Enabled)
        {
            return IdentityErrors.MfaNotEnabled;
        }

        return Use(state.Mfa, command.Proof, context.Now) is { } used ? used : CountFailure(state, null, context);
    }

    // A recovery code is too long to guess, so it works even while another's wrong codes have locked the user out.
    private static MfaEvent? Use(MfaState mfa, MfaProof proof, DateTimeOffset now)
    {
        if (proof.Step is { } step)
        {
            var accepted = mfa.LockAt(now) is null && proof.SeedId == mfa.SeedId && step > mfa.LastStep && IsPresent(step, now);
            return accepted ? new TotpUsed(step) : null;
        }

        return proof.RecoveryCode is { } given && mfa.RecoveryCodes.Aggregate(false, (found, code) => code.Matches(given) | found)
            ? new RecoveryCodeUsed(given)
            : null;
    }

    // While locked, codes are neither checked nor counted, so the lock is not extended.
    private static Decision<UserEvent> CountFailure(UserState state, Guid? ticketId, DecisionContext context)
    {
        if (state.Mfa.LockAt(context.Now) is not null)
        {
            return Decision<UserEvent>.Unchanged;
        }

        var tooMany = state.Mfa.RecentFailures(context.Now).Count() + 1 >= MfaState.MaxFailures;
        return new MfaFailed(ticketId, context.Now, tooMany ? context.Now + MfaState.LockDuration : null);
    }

    // Checked with the entity's own clock too, because the front door's clock may be wrong.
    private static bool IsPresent(long step, DateTimeOffset now) => Math.Abs(checked(step - Totp.StepAt(now))) <= Totp.Skew;

    private static bool NotActive(UserState state) => !state.Exists || state.Status != UserStatus.Active;

    private static MfaTicket? Find(UserState state, Guid ticketId, Digest hash, DateTimeOffset now) =>
        !NotActive(state) && state.Mfa.Enabled && state.Mfa.Tickets.TryGetValue(ticketId, out var ticket) && ticket.IsValid(hash, now)
            ? ticket
            : null;
}
